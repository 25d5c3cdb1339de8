from gymbridge._generated import values_pb2 as _values_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AutoresetMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUTORESET_MODE_UNSPECIFIED: _ClassVar[AutoresetMode]
    AUTORESET_MODE_NEXT_STEP: _ClassVar[AutoresetMode]
    AUTORESET_MODE_SAME_STEP: _ClassVar[AutoresetMode]
    AUTORESET_MODE_DISABLED: _ClassVar[AutoresetMode]

class PythonType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PYTHON_TYPE_DEFAULT: _ClassVar[PythonType]
    PYTHON_TYPE_INT: _ClassVar[PythonType]
    PYTHON_TYPE_FLOAT: _ClassVar[PythonType]
    PYTHON_TYPE_BOOL: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_BOOL: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_INT64: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_FLOAT32: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_FLOAT64: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_INT32: _ClassVar[PythonType]
AUTORESET_MODE_UNSPECIFIED: AutoresetMode
AUTORESET_MODE_NEXT_STEP: AutoresetMode
AUTORESET_MODE_SAME_STEP: AutoresetMode
AUTORESET_MODE_DISABLED: AutoresetMode
PYTHON_TYPE_DEFAULT: PythonType
PYTHON_TYPE_INT: PythonType
PYTHON_TYPE_FLOAT: PythonType
PYTHON_TYPE_BOOL: PythonType
PYTHON_TYPE_NUMPY_BOOL: PythonType
PYTHON_TYPE_NUMPY_INT64: PythonType
PYTHON_TYPE_NUMPY_FLOAT32: PythonType
PYTHON_TYPE_NUMPY_FLOAT64: PythonType
PYTHON_TYPE_NUMPY_INT32: PythonType

class PythonTypes(_message.Message):
    __slots__ = ("reward", "terminated", "truncated", "observation_leaves")
    REWARD_FIELD_NUMBER: _ClassVar[int]
    TERMINATED_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_LEAVES_FIELD_NUMBER: _ClassVar[int]
    reward: PythonType
    terminated: PythonType
    truncated: PythonType
    observation_leaves: _containers.RepeatedScalarFieldContainer[PythonType]
    def __init__(self, reward: _Optional[_Union[PythonType, str]] = ..., terminated: _Optional[_Union[PythonType, str]] = ..., truncated: _Optional[_Union[PythonType, str]] = ..., observation_leaves: _Optional[_Iterable[_Union[PythonType, str]]] = ...) -> None: ...

class ListRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListResponse(_message.Message):
    __slots__ = ("environments", "generation", "versions")
    class Entry(_message.Message):
        __slots__ = ("env_id", "spec_json")
        ENV_ID_FIELD_NUMBER: _ClassVar[int]
        SPEC_JSON_FIELD_NUMBER: _ClassVar[int]
        env_id: str
        spec_json: str
        def __init__(self, env_id: _Optional[str] = ..., spec_json: _Optional[str] = ...) -> None: ...
    class VersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ENVIRONMENTS_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    environments: _containers.RepeatedCompositeFieldContainer[ListResponse.Entry]
    generation: int
    versions: _containers.ScalarMap[str, str]
    def __init__(self, environments: _Optional[_Iterable[_Union[ListResponse.Entry, _Mapping]]] = ..., generation: _Optional[int] = ..., versions: _Optional[_Mapping[str, str]] = ...) -> None: ...

class DescribeRequest(_message.Message):
    __slots__ = ("generation", "env_id", "kwargs")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    ENV_ID_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    generation: int
    env_id: str
    kwargs: _values_pb2.Value
    def __init__(self, generation: _Optional[int] = ..., env_id: _Optional[str] = ..., kwargs: _Optional[_Union[_values_pb2.Value, _Mapping]] = ...) -> None: ...

class Contract(_message.Message):
    __slots__ = ("generation", "capabilities", "env_id", "observation_space", "action_space", "autoreset_modes", "max_lanes", "spec_hash", "metadata", "render_modes", "max_message_bytes", "python_types", "versions", "spec_json", "warnings")
    class VersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    ENV_ID_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_SPACE_FIELD_NUMBER: _ClassVar[int]
    ACTION_SPACE_FIELD_NUMBER: _ClassVar[int]
    AUTORESET_MODES_FIELD_NUMBER: _ClassVar[int]
    MAX_LANES_FIELD_NUMBER: _ClassVar[int]
    SPEC_HASH_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    RENDER_MODES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    PYTHON_TYPES_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    SPEC_JSON_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    generation: int
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    env_id: str
    observation_space: _values_pb2.Space
    action_space: _values_pb2.Space
    autoreset_modes: _containers.RepeatedScalarFieldContainer[AutoresetMode]
    max_lanes: int
    spec_hash: bytes
    metadata: _values_pb2.Value
    render_modes: _containers.RepeatedScalarFieldContainer[str]
    max_message_bytes: int
    python_types: PythonTypes
    versions: _containers.ScalarMap[str, str]
    spec_json: str
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, generation: _Optional[int] = ..., capabilities: _Optional[_Iterable[str]] = ..., env_id: _Optional[str] = ..., observation_space: _Optional[_Union[_values_pb2.Space, _Mapping]] = ..., action_space: _Optional[_Union[_values_pb2.Space, _Mapping]] = ..., autoreset_modes: _Optional[_Iterable[_Union[AutoresetMode, str]]] = ..., max_lanes: _Optional[int] = ..., spec_hash: _Optional[bytes] = ..., metadata: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., render_modes: _Optional[_Iterable[str]] = ..., max_message_bytes: _Optional[int] = ..., python_types: _Optional[_Union[PythonTypes, _Mapping]] = ..., versions: _Optional[_Mapping[str, str]] = ..., spec_json: _Optional[str] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class OpenRequest(_message.Message):
    __slots__ = ("generation", "env_id", "kwargs", "lanes", "autoreset", "want", "resume_token", "lease_ms", "expect_spec_hash", "render_mode", "max_episode_steps", "raw")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    ENV_ID_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    AUTORESET_FIELD_NUMBER: _ClassVar[int]
    WANT_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    EXPECT_SPEC_HASH_FIELD_NUMBER: _ClassVar[int]
    RENDER_MODE_FIELD_NUMBER: _ClassVar[int]
    MAX_EPISODE_STEPS_FIELD_NUMBER: _ClassVar[int]
    RAW_FIELD_NUMBER: _ClassVar[int]
    generation: int
    env_id: str
    kwargs: _values_pb2.Value
    lanes: int
    autoreset: AutoresetMode
    want: _containers.RepeatedScalarFieldContainer[str]
    resume_token: bytes
    lease_ms: int
    expect_spec_hash: bytes
    render_mode: str
    max_episode_steps: int
    raw: bool
    def __init__(self, generation: _Optional[int] = ..., env_id: _Optional[str] = ..., kwargs: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., lanes: _Optional[int] = ..., autoreset: _Optional[_Union[AutoresetMode, str]] = ..., want: _Optional[_Iterable[str]] = ..., resume_token: _Optional[bytes] = ..., lease_ms: _Optional[int] = ..., expect_spec_hash: _Optional[bytes] = ..., render_mode: _Optional[str] = ..., max_episode_steps: _Optional[int] = ..., raw: _Optional[bool] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("session_id", "resume_token", "contract", "credits", "lease_ms", "autoreset", "lanes", "last_seq")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    AUTORESET_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    session_id: bytes
    resume_token: bytes
    contract: Contract
    credits: int
    lease_ms: int
    autoreset: AutoresetMode
    lanes: int
    last_seq: int
    def __init__(self, session_id: _Optional[bytes] = ..., resume_token: _Optional[bytes] = ..., contract: _Optional[_Union[Contract, _Mapping]] = ..., credits: _Optional[int] = ..., lease_ms: _Optional[int] = ..., autoreset: _Optional[_Union[AutoresetMode, str]] = ..., lanes: _Optional[int] = ..., last_seq: _Optional[int] = ...) -> None: ...

class Call(_message.Message):
    __slots__ = ("seq", "session_id", "reset", "step", "ping", "get_attribute", "set_attribute", "call_method", "render", "get_generator", "set_generator", "timeout_ms")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    RESET_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    GET_ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    SET_ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    CALL_METHOD_FIELD_NUMBER: _ClassVar[int]
    RENDER_FIELD_NUMBER: _ClassVar[int]
    GET_GENERATOR_FIELD_NUMBER: _ClassVar[int]
    SET_GENERATOR_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    seq: int
    session_id: bytes
    reset: Reset
    step: Step
    ping: Ping
    get_attribute: GetAttribute
    set_attribute: SetAttribute
    call_method: CallMethod
    render: Render
    get_generator: GetGenerator
    set_generator: SetGenerator
    timeout_ms: int
    def __init__(self, seq: _Optional[int] = ..., session_id: _Optional[bytes] = ..., reset: _Optional[_Union[Reset, _Mapping]] = ..., step: _Optional[_Union[Step, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., get_attribute: _Optional[_Union[GetAttribute, _Mapping]] = ..., set_attribute: _Optional[_Union[SetAttribute, _Mapping]] = ..., call_method: _Optional[_Union[CallMethod, _Mapping]] = ..., render: _Optional[_Union[Render, _Mapping]] = ..., get_generator: _Optional[_Union[GetGenerator, _Mapping]] = ..., set_generator: _Optional[_Union[SetGenerator, _Mapping]] = ..., timeout_ms: _Optional[int] = ...) -> None: ...

class Reset(_message.Message):
    __slots__ = ("seeds", "lane_mask", "options")
    SEEDS_FIELD_NUMBER: _ClassVar[int]
    LANE_MASK_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    seeds: _containers.RepeatedCompositeFieldContainer[_values_pb2.Seed]
    lane_mask: bytes
    options: _values_pb2.Value
    def __init__(self, seeds: _Optional[_Iterable[_Union[_values_pb2.Seed, _Mapping]]] = ..., lane_mask: _Optional[bytes] = ..., options: _Optional[_Union[_values_pb2.Value, _Mapping]] = ...) -> None: ...

class Step(_message.Message):
    __slots__ = ("action", "lane_mask", "want_info")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    LANE_MASK_FIELD_NUMBER: _ClassVar[int]
    WANT_INFO_FIELD_NUMBER: _ClassVar[int]
    action: _containers.RepeatedScalarFieldContainer[bytes]
    lane_mask: bytes
    want_info: bool
    def __init__(self, action: _Optional[_Iterable[bytes]] = ..., lane_mask: _Optional[bytes] = ..., want_info: _Optional[bool] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetAttribute(_message.Message):
    __slots__ = ("name", "lane")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    name: str
    lane: int
    def __init__(self, name: _Optional[str] = ..., lane: _Optional[int] = ...) -> None: ...

class SetAttribute(_message.Message):
    __slots__ = ("name", "lane", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    lane: int
    value: _values_pb2.Value
    def __init__(self, name: _Optional[str] = ..., lane: _Optional[int] = ..., value: _Optional[_Union[_values_pb2.Value, _Mapping]] = ...) -> None: ...

class CallMethod(_message.Message):
    __slots__ = ("name", "lane", "arguments", "keyword_arguments")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    KEYWORD_ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    name: str
    lane: int
    arguments: _containers.RepeatedCompositeFieldContainer[_values_pb2.Value]
    keyword_arguments: _values_pb2.Value
    def __init__(self, name: _Optional[str] = ..., lane: _Optional[int] = ..., arguments: _Optional[_Iterable[_Union[_values_pb2.Value, _Mapping]]] = ..., keyword_arguments: _Optional[_Union[_values_pb2.Value, _Mapping]] = ...) -> None: ...

class Render(_message.Message):
    __slots__ = ("lane",)
    LANE_FIELD_NUMBER: _ClassVar[int]
    lane: int
    def __init__(self, lane: _Optional[int] = ...) -> None: ...

class GetGenerator(_message.Message):
    __slots__ = ("lane",)
    LANE_FIELD_NUMBER: _ClassVar[int]
    lane: int
    def __init__(self, lane: _Optional[int] = ...) -> None: ...

class SetGenerator(_message.Message):
    __slots__ = ("lane", "state")
    LANE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    lane: int
    state: _values_pb2.GeneratorState
    def __init__(self, lane: _Optional[int] = ..., state: _Optional[_Union[_values_pb2.GeneratorState, _Mapping]] = ...) -> None: ...

class Reply(_message.Message):
    __slots__ = ("seq", "observation", "reward", "terminated", "truncated", "final_observation", "final_lanes", "infos", "fault", "env_us", "server_us", "value", "generator", "python_types")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    TERMINATED_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    FINAL_OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    FINAL_LANES_FIELD_NUMBER: _ClassVar[int]
    INFOS_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    ENV_US_FIELD_NUMBER: _ClassVar[int]
    SERVER_US_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    GENERATOR_FIELD_NUMBER: _ClassVar[int]
    PYTHON_TYPES_FIELD_NUMBER: _ClassVar[int]
    seq: int
    observation: _containers.RepeatedScalarFieldContainer[bytes]
    reward: bytes
    terminated: bytes
    truncated: bytes
    final_observation: _containers.RepeatedScalarFieldContainer[bytes]
    final_lanes: bytes
    infos: _containers.RepeatedCompositeFieldContainer[LaneInfo]
    fault: Fault
    env_us: int
    server_us: int
    value: _values_pb2.Value
    generator: _values_pb2.GeneratorState
    python_types: PythonTypes
    def __init__(self, seq: _Optional[int] = ..., observation: _Optional[_Iterable[bytes]] = ..., reward: _Optional[bytes] = ..., terminated: _Optional[bytes] = ..., truncated: _Optional[bytes] = ..., final_observation: _Optional[_Iterable[bytes]] = ..., final_lanes: _Optional[bytes] = ..., infos: _Optional[_Iterable[_Union[LaneInfo, _Mapping]]] = ..., fault: _Optional[_Union[Fault, _Mapping]] = ..., env_us: _Optional[int] = ..., server_us: _Optional[int] = ..., value: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., generator: _Optional[_Union[_values_pb2.GeneratorState, _Mapping]] = ..., python_types: _Optional[_Union[PythonTypes, _Mapping]] = ...) -> None: ...

class LaneInfo(_message.Message):
    __slots__ = ("lane", "info", "final_info")
    LANE_FIELD_NUMBER: _ClassVar[int]
    INFO_FIELD_NUMBER: _ClassVar[int]
    FINAL_INFO_FIELD_NUMBER: _ClassVar[int]
    lane: int
    info: _values_pb2.Value
    final_info: _values_pb2.Value
    def __init__(self, lane: _Optional[int] = ..., info: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., final_info: _Optional[_Union[_values_pb2.Value, _Mapping]] = ...) -> None: ...

class Fault(_message.Message):
    __slots__ = ("lanes", "python_class", "dotnet_class", "message", "trace", "recoverable")
    LANES_FIELD_NUMBER: _ClassVar[int]
    PYTHON_CLASS_FIELD_NUMBER: _ClassVar[int]
    DOTNET_CLASS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    RECOVERABLE_FIELD_NUMBER: _ClassVar[int]
    lanes: _containers.RepeatedScalarFieldContainer[int]
    python_class: str
    dotnet_class: str
    message: str
    trace: str
    recoverable: bool
    def __init__(self, lanes: _Optional[_Iterable[int]] = ..., python_class: _Optional[str] = ..., dotnet_class: _Optional[str] = ..., message: _Optional[str] = ..., trace: _Optional[str] = ..., recoverable: _Optional[bool] = ...) -> None: ...

class CloseRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: bytes
    def __init__(self, session_id: _Optional[bytes] = ...) -> None: ...

class CloseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
