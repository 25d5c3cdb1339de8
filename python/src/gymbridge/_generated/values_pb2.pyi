from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DTYPE_UNSPECIFIED: _ClassVar[DType]
    DTYPE_BOOL: _ClassVar[DType]
    DTYPE_INT8: _ClassVar[DType]
    DTYPE_UINT8: _ClassVar[DType]
    DTYPE_INT16: _ClassVar[DType]
    DTYPE_UINT16: _ClassVar[DType]
    DTYPE_INT32: _ClassVar[DType]
    DTYPE_UINT32: _ClassVar[DType]
    DTYPE_INT64: _ClassVar[DType]
    DTYPE_UINT64: _ClassVar[DType]
    DTYPE_FLOAT16: _ClassVar[DType]
    DTYPE_FLOAT32: _ClassVar[DType]
    DTYPE_FLOAT64: _ClassVar[DType]
    DTYPE_COMPLEX64: _ClassVar[DType]
    DTYPE_COMPLEX128: _ClassVar[DType]
    DTYPE_UNICODE: _ClassVar[DType]
    DTYPE_BYTES: _ClassVar[DType]
    DTYPE_DATETIME64: _ClassVar[DType]
    DTYPE_TIMEDELTA64: _ClassVar[DType]
DTYPE_UNSPECIFIED: DType
DTYPE_BOOL: DType
DTYPE_INT8: DType
DTYPE_UINT8: DType
DTYPE_INT16: DType
DTYPE_UINT16: DType
DTYPE_INT32: DType
DTYPE_UINT32: DType
DTYPE_INT64: DType
DTYPE_UINT64: DType
DTYPE_FLOAT16: DType
DTYPE_FLOAT32: DType
DTYPE_FLOAT64: DType
DTYPE_COMPLEX64: DType
DTYPE_COMPLEX128: DType
DTYPE_UNICODE: DType
DTYPE_BYTES: DType
DTYPE_DATETIME64: DType
DTYPE_TIMEDELTA64: DType

class NDArray(_message.Message):
    __slots__ = ("dtype", "shape", "data", "item_size", "unit")
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    ITEM_SIZE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    dtype: DType
    shape: _containers.RepeatedScalarFieldContainer[int]
    data: bytes
    item_size: int
    unit: str
    def __init__(self, dtype: _Optional[_Union[DType, str]] = ..., shape: _Optional[_Iterable[int]] = ..., data: _Optional[bytes] = ..., item_size: _Optional[int] = ..., unit: _Optional[str] = ...) -> None: ...

class Value(_message.Message):
    __slots__ = ("none", "boolean", "integer", "big_integer", "float", "text", "blob", "list", "tuple", "dict", "array", "scalar", "space", "complex", "set", "frozenset", "object_array", "graph")
    class List(_message.Message):
        __slots__ = ("items",)
        ITEMS_FIELD_NUMBER: _ClassVar[int]
        items: _containers.RepeatedCompositeFieldContainer[Value]
        def __init__(self, items: _Optional[_Iterable[_Union[Value, _Mapping]]] = ...) -> None: ...
    class Dict(_message.Message):
        __slots__ = ("keys", "values")
        KEYS_FIELD_NUMBER: _ClassVar[int]
        VALUES_FIELD_NUMBER: _ClassVar[int]
        keys: _containers.RepeatedCompositeFieldContainer[Value]
        values: _containers.RepeatedCompositeFieldContainer[Value]
        def __init__(self, keys: _Optional[_Iterable[_Union[Value, _Mapping]]] = ..., values: _Optional[_Iterable[_Union[Value, _Mapping]]] = ...) -> None: ...
    class Complex(_message.Message):
        __slots__ = ("real", "imaginary")
        REAL_FIELD_NUMBER: _ClassVar[int]
        IMAGINARY_FIELD_NUMBER: _ClassVar[int]
        real: float
        imaginary: float
        def __init__(self, real: _Optional[float] = ..., imaginary: _Optional[float] = ...) -> None: ...
    class ObjectArray(_message.Message):
        __slots__ = ("shape", "items")
        SHAPE_FIELD_NUMBER: _ClassVar[int]
        ITEMS_FIELD_NUMBER: _ClassVar[int]
        shape: _containers.RepeatedScalarFieldContainer[int]
        items: _containers.RepeatedCompositeFieldContainer[Value]
        def __init__(self, shape: _Optional[_Iterable[int]] = ..., items: _Optional[_Iterable[_Union[Value, _Mapping]]] = ...) -> None: ...
    class Graph(_message.Message):
        __slots__ = ("nodes", "edges", "edge_links")
        NODES_FIELD_NUMBER: _ClassVar[int]
        EDGES_FIELD_NUMBER: _ClassVar[int]
        EDGE_LINKS_FIELD_NUMBER: _ClassVar[int]
        nodes: Value
        edges: Value
        edge_links: Value
        def __init__(self, nodes: _Optional[_Union[Value, _Mapping]] = ..., edges: _Optional[_Union[Value, _Mapping]] = ..., edge_links: _Optional[_Union[Value, _Mapping]] = ...) -> None: ...
    NONE_FIELD_NUMBER: _ClassVar[int]
    BOOLEAN_FIELD_NUMBER: _ClassVar[int]
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    BIG_INTEGER_FIELD_NUMBER: _ClassVar[int]
    FLOAT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    BLOB_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    TUPLE_FIELD_NUMBER: _ClassVar[int]
    DICT_FIELD_NUMBER: _ClassVar[int]
    ARRAY_FIELD_NUMBER: _ClassVar[int]
    SCALAR_FIELD_NUMBER: _ClassVar[int]
    SPACE_FIELD_NUMBER: _ClassVar[int]
    COMPLEX_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    FROZENSET_FIELD_NUMBER: _ClassVar[int]
    OBJECT_ARRAY_FIELD_NUMBER: _ClassVar[int]
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    none: bool
    boolean: bool
    integer: int
    big_integer: bytes
    float: float
    text: str
    blob: bytes
    list: Value.List
    tuple: Value.List
    dict: Value.Dict
    array: NDArray
    scalar: NDArray
    space: Space
    complex: Value.Complex
    set: Value.List
    frozenset: Value.List
    object_array: Value.ObjectArray
    graph: Value.Graph
    def __init__(self, none: _Optional[bool] = ..., boolean: _Optional[bool] = ..., integer: _Optional[int] = ..., big_integer: _Optional[bytes] = ..., float: _Optional[float] = ..., text: _Optional[str] = ..., blob: _Optional[bytes] = ..., list: _Optional[_Union[Value.List, _Mapping]] = ..., tuple: _Optional[_Union[Value.List, _Mapping]] = ..., dict: _Optional[_Union[Value.Dict, _Mapping]] = ..., array: _Optional[_Union[NDArray, _Mapping]] = ..., scalar: _Optional[_Union[NDArray, _Mapping]] = ..., space: _Optional[_Union[Space, _Mapping]] = ..., complex: _Optional[_Union[Value.Complex, _Mapping]] = ..., set: _Optional[_Union[Value.List, _Mapping]] = ..., frozenset: _Optional[_Union[Value.List, _Mapping]] = ..., object_array: _Optional[_Union[Value.ObjectArray, _Mapping]] = ..., graph: _Optional[_Union[Value.Graph, _Mapping]] = ...) -> None: ...

class Space(_message.Message):
    __slots__ = ("box", "discrete", "multi_binary", "multi_discrete", "text", "tuple", "dict", "sequence", "graph", "one_of")
    class Box(_message.Message):
        __slots__ = ("dtype", "shape", "low", "high", "bounded_below", "bounded_above")
        DTYPE_FIELD_NUMBER: _ClassVar[int]
        SHAPE_FIELD_NUMBER: _ClassVar[int]
        LOW_FIELD_NUMBER: _ClassVar[int]
        HIGH_FIELD_NUMBER: _ClassVar[int]
        BOUNDED_BELOW_FIELD_NUMBER: _ClassVar[int]
        BOUNDED_ABOVE_FIELD_NUMBER: _ClassVar[int]
        dtype: DType
        shape: _containers.RepeatedScalarFieldContainer[int]
        low: bytes
        high: bytes
        bounded_below: bytes
        bounded_above: bytes
        def __init__(self, dtype: _Optional[_Union[DType, str]] = ..., shape: _Optional[_Iterable[int]] = ..., low: _Optional[bytes] = ..., high: _Optional[bytes] = ..., bounded_below: _Optional[bytes] = ..., bounded_above: _Optional[bytes] = ...) -> None: ...
    class Discrete(_message.Message):
        __slots__ = ("dtype", "n", "start")
        DTYPE_FIELD_NUMBER: _ClassVar[int]
        N_FIELD_NUMBER: _ClassVar[int]
        START_FIELD_NUMBER: _ClassVar[int]
        dtype: DType
        n: int
        start: int
        def __init__(self, dtype: _Optional[_Union[DType, str]] = ..., n: _Optional[int] = ..., start: _Optional[int] = ...) -> None: ...
    class MultiBinary(_message.Message):
        __slots__ = ("shape", "is_flat")
        SHAPE_FIELD_NUMBER: _ClassVar[int]
        IS_FLAT_FIELD_NUMBER: _ClassVar[int]
        shape: _containers.RepeatedScalarFieldContainer[int]
        is_flat: bool
        def __init__(self, shape: _Optional[_Iterable[int]] = ..., is_flat: _Optional[bool] = ...) -> None: ...
    class MultiDiscrete(_message.Message):
        __slots__ = ("dtype", "shape", "nvec", "start")
        DTYPE_FIELD_NUMBER: _ClassVar[int]
        SHAPE_FIELD_NUMBER: _ClassVar[int]
        NVEC_FIELD_NUMBER: _ClassVar[int]
        START_FIELD_NUMBER: _ClassVar[int]
        dtype: DType
        shape: _containers.RepeatedScalarFieldContainer[int]
        nvec: bytes
        start: bytes
        def __init__(self, dtype: _Optional[_Union[DType, str]] = ..., shape: _Optional[_Iterable[int]] = ..., nvec: _Optional[bytes] = ..., start: _Optional[bytes] = ...) -> None: ...
    class Text(_message.Message):
        __slots__ = ("min_length", "max_length", "characters")
        MIN_LENGTH_FIELD_NUMBER: _ClassVar[int]
        MAX_LENGTH_FIELD_NUMBER: _ClassVar[int]
        CHARACTERS_FIELD_NUMBER: _ClassVar[int]
        min_length: int
        max_length: int
        characters: str
        def __init__(self, min_length: _Optional[int] = ..., max_length: _Optional[int] = ..., characters: _Optional[str] = ...) -> None: ...
    class Tuple(_message.Message):
        __slots__ = ("spaces",)
        SPACES_FIELD_NUMBER: _ClassVar[int]
        spaces: _containers.RepeatedCompositeFieldContainer[Space]
        def __init__(self, spaces: _Optional[_Iterable[_Union[Space, _Mapping]]] = ...) -> None: ...
    class Dict(_message.Message):
        __slots__ = ("keys", "spaces", "keeps_order")
        KEYS_FIELD_NUMBER: _ClassVar[int]
        SPACES_FIELD_NUMBER: _ClassVar[int]
        KEEPS_ORDER_FIELD_NUMBER: _ClassVar[int]
        keys: _containers.RepeatedCompositeFieldContainer[Value]
        spaces: _containers.RepeatedCompositeFieldContainer[Space]
        keeps_order: bool
        def __init__(self, keys: _Optional[_Iterable[_Union[Value, _Mapping]]] = ..., spaces: _Optional[_Iterable[_Union[Space, _Mapping]]] = ..., keeps_order: _Optional[bool] = ...) -> None: ...
    class Sequence(_message.Message):
        __slots__ = ("feature_space", "stack")
        FEATURE_SPACE_FIELD_NUMBER: _ClassVar[int]
        STACK_FIELD_NUMBER: _ClassVar[int]
        feature_space: Space
        stack: bool
        def __init__(self, feature_space: _Optional[_Union[Space, _Mapping]] = ..., stack: _Optional[bool] = ...) -> None: ...
    class Graph(_message.Message):
        __slots__ = ("node_space", "edge_space")
        NODE_SPACE_FIELD_NUMBER: _ClassVar[int]
        EDGE_SPACE_FIELD_NUMBER: _ClassVar[int]
        node_space: Space
        edge_space: Space
        def __init__(self, node_space: _Optional[_Union[Space, _Mapping]] = ..., edge_space: _Optional[_Union[Space, _Mapping]] = ...) -> None: ...
    class OneOf(_message.Message):
        __slots__ = ("spaces",)
        SPACES_FIELD_NUMBER: _ClassVar[int]
        spaces: _containers.RepeatedCompositeFieldContainer[Space]
        def __init__(self, spaces: _Optional[_Iterable[_Union[Space, _Mapping]]] = ...) -> None: ...
    BOX_FIELD_NUMBER: _ClassVar[int]
    DISCRETE_FIELD_NUMBER: _ClassVar[int]
    MULTI_BINARY_FIELD_NUMBER: _ClassVar[int]
    MULTI_DISCRETE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TUPLE_FIELD_NUMBER: _ClassVar[int]
    DICT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    GRAPH_FIELD_NUMBER: _ClassVar[int]
    ONE_OF_FIELD_NUMBER: _ClassVar[int]
    box: Space.Box
    discrete: Space.Discrete
    multi_binary: Space.MultiBinary
    multi_discrete: Space.MultiDiscrete
    text: Space.Text
    tuple: Space.Tuple
    dict: Space.Dict
    sequence: Space.Sequence
    graph: Space.Graph
    one_of: Space.OneOf
    def __init__(self, box: _Optional[_Union[Space.Box, _Mapping]] = ..., discrete: _Optional[_Union[Space.Discrete, _Mapping]] = ..., multi_binary: _Optional[_Union[Space.MultiBinary, _Mapping]] = ..., multi_discrete: _Optional[_Union[Space.MultiDiscrete, _Mapping]] = ..., text: _Optional[_Union[Space.Text, _Mapping]] = ..., tuple: _Optional[_Union[Space.Tuple, _Mapping]] = ..., dict: _Optional[_Union[Space.Dict, _Mapping]] = ..., sequence: _Optional[_Union[Space.Sequence, _Mapping]] = ..., graph: _Optional[_Union[Space.Graph, _Mapping]] = ..., one_of: _Optional[_Union[Space.OneOf, _Mapping]] = ...) -> None: ...

class Seed(_message.Message):
    __slots__ = ("value",)
    VALUE_FIELD_NUMBER: _ClassVar[int]
    value: bytes
    def __init__(self, value: _Optional[bytes] = ...) -> None: ...

class GeneratorState(_message.Message):
    __slots__ = ("state", "increment", "has_uint32", "uinteger", "seed")
    STATE_FIELD_NUMBER: _ClassVar[int]
    INCREMENT_FIELD_NUMBER: _ClassVar[int]
    HAS_UINT32_FIELD_NUMBER: _ClassVar[int]
    UINTEGER_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    state: bytes
    increment: bytes
    has_uint32: bool
    uinteger: int
    seed: Value
    def __init__(self, state: _Optional[bytes] = ..., increment: _Optional[bytes] = ..., has_uint32: _Optional[bool] = ..., uinteger: _Optional[int] = ..., seed: _Optional[_Union[Value, _Mapping]] = ...) -> None: ...
