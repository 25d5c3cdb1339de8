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
    PYTHON_TYPE_NUMPY_INT8: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_UINT8: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_INT16: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_UINT16: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_UINT32: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_UINT64: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_FLOAT16: _ClassVar[PythonType]
    PYTHON_TYPE_NDARRAY: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_SCALAR: _ClassVar[PythonType]
    PYTHON_TYPE_LIST: _ClassVar[PythonType]
    PYTHON_TYPE_TUPLE: _ClassVar[PythonType]
    PYTHON_TYPE_NUMPY_STR: _ClassVar[PythonType]
    PYTHON_TYPE_BYTES: _ClassVar[PythonType]
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
PYTHON_TYPE_NUMPY_INT8: PythonType
PYTHON_TYPE_NUMPY_UINT8: PythonType
PYTHON_TYPE_NUMPY_INT16: PythonType
PYTHON_TYPE_NUMPY_UINT16: PythonType
PYTHON_TYPE_NUMPY_UINT32: PythonType
PYTHON_TYPE_NUMPY_UINT64: PythonType
PYTHON_TYPE_NUMPY_FLOAT16: PythonType
PYTHON_TYPE_NDARRAY: PythonType
PYTHON_TYPE_NUMPY_SCALAR: PythonType
PYTHON_TYPE_LIST: PythonType
PYTHON_TYPE_TUPLE: PythonType
PYTHON_TYPE_NUMPY_STR: PythonType
PYTHON_TYPE_BYTES: PythonType

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
    __slots__ = ("environments", "generation", "versions", "boot_id", "state", "limits")
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
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    environments: _containers.RepeatedCompositeFieldContainer[ListResponse.Entry]
    generation: int
    versions: _containers.ScalarMap[str, str]
    boot_id: bytes
    state: HostState
    limits: Limits
    def __init__(self, environments: _Optional[_Iterable[_Union[ListResponse.Entry, _Mapping]]] = ..., generation: _Optional[int] = ..., versions: _Optional[_Mapping[str, str]] = ..., boot_id: _Optional[bytes] = ..., state: _Optional[_Union[HostState, _Mapping]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ...) -> None: ...

class HostState(_message.Message):
    __slots__ = ("sessions", "lanes", "running_calls", "abandoned_calls", "uptime_ms", "transport", "process_id")
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    RUNNING_CALLS_FIELD_NUMBER: _ClassVar[int]
    ABANDONED_CALLS_FIELD_NUMBER: _ClassVar[int]
    UPTIME_MS_FIELD_NUMBER: _ClassVar[int]
    TRANSPORT_FIELD_NUMBER: _ClassVar[int]
    PROCESS_ID_FIELD_NUMBER: _ClassVar[int]
    sessions: int
    lanes: int
    running_calls: int
    abandoned_calls: int
    uptime_ms: int
    transport: str
    process_id: int
    def __init__(self, sessions: _Optional[int] = ..., lanes: _Optional[int] = ..., running_calls: _Optional[int] = ..., abandoned_calls: _Optional[int] = ..., uptime_ms: _Optional[int] = ..., transport: _Optional[str] = ..., process_id: _Optional[int] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_sessions", "max_total_lanes", "max_lanes", "max_message_bytes", "max_control_bytes", "max_value_depth", "max_value_items", "max_text_bytes", "max_expanded_bytes", "call_timeout_ms", "open_timeout_ms", "min_lease_ms", "max_lease_ms", "max_streams_per_connection", "max_connections_per_peer", "max_environment_threads")
    MAX_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_TOTAL_LANES_FIELD_NUMBER: _ClassVar[int]
    MAX_LANES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_CONTROL_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_VALUE_DEPTH_FIELD_NUMBER: _ClassVar[int]
    MAX_VALUE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    MAX_TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_EXPANDED_BYTES_FIELD_NUMBER: _ClassVar[int]
    CALL_TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    MIN_LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_STREAMS_PER_CONNECTION_FIELD_NUMBER: _ClassVar[int]
    MAX_CONNECTIONS_PER_PEER_FIELD_NUMBER: _ClassVar[int]
    MAX_ENVIRONMENT_THREADS_FIELD_NUMBER: _ClassVar[int]
    max_sessions: int
    max_total_lanes: int
    max_lanes: int
    max_message_bytes: int
    max_control_bytes: int
    max_value_depth: int
    max_value_items: int
    max_text_bytes: int
    max_expanded_bytes: int
    call_timeout_ms: int
    open_timeout_ms: int
    min_lease_ms: int
    max_lease_ms: int
    max_streams_per_connection: int
    max_connections_per_peer: int
    max_environment_threads: int
    def __init__(self, max_sessions: _Optional[int] = ..., max_total_lanes: _Optional[int] = ..., max_lanes: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., max_control_bytes: _Optional[int] = ..., max_value_depth: _Optional[int] = ..., max_value_items: _Optional[int] = ..., max_text_bytes: _Optional[int] = ..., max_expanded_bytes: _Optional[int] = ..., call_timeout_ms: _Optional[int] = ..., open_timeout_ms: _Optional[int] = ..., min_lease_ms: _Optional[int] = ..., max_lease_ms: _Optional[int] = ..., max_streams_per_connection: _Optional[int] = ..., max_connections_per_peer: _Optional[int] = ..., max_environment_threads: _Optional[int] = ...) -> None: ...

class DescribeRequest(_message.Message):
    __slots__ = ("generation", "env_id", "kwargs", "render_mode")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    ENV_ID_FIELD_NUMBER: _ClassVar[int]
    KWARGS_FIELD_NUMBER: _ClassVar[int]
    RENDER_MODE_FIELD_NUMBER: _ClassVar[int]
    generation: int
    env_id: str
    kwargs: _values_pb2.Value
    render_mode: str
    def __init__(self, generation: _Optional[int] = ..., env_id: _Optional[str] = ..., kwargs: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., render_mode: _Optional[str] = ...) -> None: ...

class Contract(_message.Message):
    __slots__ = ("generation", "capabilities", "env_id", "observation_space", "action_space", "autoreset_modes", "max_lanes", "spec_hash", "metadata", "render_modes", "max_message_bytes", "python_types", "versions", "spec_json", "warnings", "limits", "action_dtypes")
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
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    ACTION_DTYPES_FIELD_NUMBER: _ClassVar[int]
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
    limits: Limits
    action_dtypes: _containers.RepeatedScalarFieldContainer[_values_pb2.DType]
    def __init__(self, generation: _Optional[int] = ..., capabilities: _Optional[_Iterable[str]] = ..., env_id: _Optional[str] = ..., observation_space: _Optional[_Union[_values_pb2.Space, _Mapping]] = ..., action_space: _Optional[_Union[_values_pb2.Space, _Mapping]] = ..., autoreset_modes: _Optional[_Iterable[_Union[AutoresetMode, str]]] = ..., max_lanes: _Optional[int] = ..., spec_hash: _Optional[bytes] = ..., metadata: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., render_modes: _Optional[_Iterable[str]] = ..., max_message_bytes: _Optional[int] = ..., python_types: _Optional[_Union[PythonTypes, _Mapping]] = ..., versions: _Optional[_Mapping[str, str]] = ..., spec_json: _Optional[str] = ..., warnings: _Optional[_Iterable[str]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., action_dtypes: _Optional[_Iterable[_Union[_values_pb2.DType, str]]] = ...) -> None: ...

class OpenRequest(_message.Message):
    __slots__ = ("generation", "env_id", "kwargs", "lanes", "autoreset", "want", "resume_token", "lease_ms", "expect_spec_hash", "render_mode", "max_episode_steps", "raw", "client", "grace_ms", "nonce", "shared_memory")
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
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    GRACE_MS_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    SHARED_MEMORY_FIELD_NUMBER: _ClassVar[int]
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
    client: str
    grace_ms: int
    nonce: bytes
    shared_memory: SharedMemoryRequest
    def __init__(self, generation: _Optional[int] = ..., env_id: _Optional[str] = ..., kwargs: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., lanes: _Optional[int] = ..., autoreset: _Optional[_Union[AutoresetMode, str]] = ..., want: _Optional[_Iterable[str]] = ..., resume_token: _Optional[bytes] = ..., lease_ms: _Optional[int] = ..., expect_spec_hash: _Optional[bytes] = ..., render_mode: _Optional[str] = ..., max_episode_steps: _Optional[int] = ..., raw: _Optional[bool] = ..., client: _Optional[str] = ..., grace_ms: _Optional[int] = ..., nonce: _Optional[bytes] = ..., shared_memory: _Optional[_Union[SharedMemoryRequest, _Mapping]] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("session_id", "resume_token", "contract", "credits", "lease_ms", "autoreset", "lanes", "last_seq", "epoch", "first_kept_seq", "running_seq", "ended", "boot_id", "grace_ms", "shared_memory", "shared_memory_refusal")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    AUTORESET_FIELD_NUMBER: _ClassVar[int]
    LANES_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    FIRST_KEPT_SEQ_FIELD_NUMBER: _ClassVar[int]
    RUNNING_SEQ_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    GRACE_MS_FIELD_NUMBER: _ClassVar[int]
    SHARED_MEMORY_FIELD_NUMBER: _ClassVar[int]
    SHARED_MEMORY_REFUSAL_FIELD_NUMBER: _ClassVar[int]
    session_id: bytes
    resume_token: bytes
    contract: Contract
    credits: int
    lease_ms: int
    autoreset: AutoresetMode
    lanes: int
    last_seq: int
    epoch: int
    first_kept_seq: int
    running_seq: int
    ended: bytes
    boot_id: bytes
    grace_ms: int
    shared_memory: SharedMemoryOffer
    shared_memory_refusal: str
    def __init__(self, session_id: _Optional[bytes] = ..., resume_token: _Optional[bytes] = ..., contract: _Optional[_Union[Contract, _Mapping]] = ..., credits: _Optional[int] = ..., lease_ms: _Optional[int] = ..., autoreset: _Optional[_Union[AutoresetMode, str]] = ..., lanes: _Optional[int] = ..., last_seq: _Optional[int] = ..., epoch: _Optional[int] = ..., first_kept_seq: _Optional[int] = ..., running_seq: _Optional[int] = ..., ended: _Optional[bytes] = ..., boot_id: _Optional[bytes] = ..., grace_ms: _Optional[int] = ..., shared_memory: _Optional[_Union[SharedMemoryOffer, _Mapping]] = ..., shared_memory_refusal: _Optional[str] = ...) -> None: ...

class SharedMemoryRequest(_message.Message):
    __slots__ = ("layout", "machine", "user_id", "pid_namespace", "process_id", "nonce", "bells")
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    PID_NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    PROCESS_ID_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    BELLS_FIELD_NUMBER: _ClassVar[int]
    layout: int
    machine: str
    user_id: int
    pid_namespace: int
    process_id: int
    nonce: bytes
    bells: int
    def __init__(self, layout: _Optional[int] = ..., machine: _Optional[str] = ..., user_id: _Optional[int] = ..., pid_namespace: _Optional[int] = ..., process_id: _Optional[int] = ..., nonce: _Optional[bytes] = ..., bells: _Optional[int] = ...) -> None: ...

class SharedMemoryOffer(_message.Message):
    __slots__ = ("layout", "process_id", "descriptor", "bytes", "nonce", "pipes")
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    PROCESS_ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTOR_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    PIPES_FIELD_NUMBER: _ClassVar[int]
    layout: int
    process_id: int
    descriptor: int
    bytes: int
    nonce: bytes
    pipes: SharedMemoryPipes
    def __init__(self, layout: _Optional[int] = ..., process_id: _Optional[int] = ..., descriptor: _Optional[int] = ..., bytes: _Optional[int] = ..., nonce: _Optional[bytes] = ..., pipes: _Optional[_Union[SharedMemoryPipes, _Mapping]] = ...) -> None: ...

class SharedMemoryPipes(_message.Message):
    __slots__ = ("host", "client")
    HOST_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    host: int
    client: int
    def __init__(self, host: _Optional[int] = ..., client: _Optional[int] = ...) -> None: ...

class Call(_message.Message):
    __slots__ = ("seq", "session_id", "reset", "step", "ping", "get_attribute", "set_attribute", "call_method", "render", "get_generator", "set_generator", "take_snapshot", "restore_snapshot", "timeout_ms", "epoch", "acknowledged_seq", "generators", "want_generators")
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
    TAKE_SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    RESTORE_SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_SEQ_FIELD_NUMBER: _ClassVar[int]
    GENERATORS_FIELD_NUMBER: _ClassVar[int]
    WANT_GENERATORS_FIELD_NUMBER: _ClassVar[int]
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
    take_snapshot: TakeSnapshot
    restore_snapshot: RestoreSnapshot
    timeout_ms: int
    epoch: int
    acknowledged_seq: int
    generators: _containers.RepeatedCompositeFieldContainer[LaneGenerator]
    want_generators: bool
    def __init__(self, seq: _Optional[int] = ..., session_id: _Optional[bytes] = ..., reset: _Optional[_Union[Reset, _Mapping]] = ..., step: _Optional[_Union[Step, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., get_attribute: _Optional[_Union[GetAttribute, _Mapping]] = ..., set_attribute: _Optional[_Union[SetAttribute, _Mapping]] = ..., call_method: _Optional[_Union[CallMethod, _Mapping]] = ..., render: _Optional[_Union[Render, _Mapping]] = ..., get_generator: _Optional[_Union[GetGenerator, _Mapping]] = ..., set_generator: _Optional[_Union[SetGenerator, _Mapping]] = ..., take_snapshot: _Optional[_Union[TakeSnapshot, _Mapping]] = ..., restore_snapshot: _Optional[_Union[RestoreSnapshot, _Mapping]] = ..., timeout_ms: _Optional[int] = ..., epoch: _Optional[int] = ..., acknowledged_seq: _Optional[int] = ..., generators: _Optional[_Iterable[_Union[LaneGenerator, _Mapping]]] = ..., want_generators: _Optional[bool] = ...) -> None: ...

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
    __slots__ = ("action", "lane_mask", "want_info", "action_dtypes", "action_types", "exact_action")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    LANE_MASK_FIELD_NUMBER: _ClassVar[int]
    WANT_INFO_FIELD_NUMBER: _ClassVar[int]
    ACTION_DTYPES_FIELD_NUMBER: _ClassVar[int]
    ACTION_TYPES_FIELD_NUMBER: _ClassVar[int]
    EXACT_ACTION_FIELD_NUMBER: _ClassVar[int]
    action: _containers.RepeatedScalarFieldContainer[bytes]
    lane_mask: bytes
    want_info: bool
    action_dtypes: _containers.RepeatedScalarFieldContainer[_values_pb2.DType]
    action_types: _containers.RepeatedScalarFieldContainer[PythonType]
    exact_action: _values_pb2.Value
    def __init__(self, action: _Optional[_Iterable[bytes]] = ..., lane_mask: _Optional[bytes] = ..., want_info: _Optional[bool] = ..., action_dtypes: _Optional[_Iterable[_Union[_values_pb2.DType, str]]] = ..., action_types: _Optional[_Iterable[_Union[PythonType, str]]] = ..., exact_action: _Optional[_Union[_values_pb2.Value, _Mapping]] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetAttribute(_message.Message):
    __slots__ = ("name", "lane", "all_lanes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    ALL_LANES_FIELD_NUMBER: _ClassVar[int]
    name: str
    lane: int
    all_lanes: bool
    def __init__(self, name: _Optional[str] = ..., lane: _Optional[int] = ..., all_lanes: _Optional[bool] = ...) -> None: ...

class SetAttribute(_message.Message):
    __slots__ = ("name", "lane", "value", "all_lanes", "force")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ALL_LANES_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    lane: int
    value: _values_pb2.Value
    all_lanes: bool
    force: bool
    def __init__(self, name: _Optional[str] = ..., lane: _Optional[int] = ..., value: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., all_lanes: _Optional[bool] = ..., force: _Optional[bool] = ...) -> None: ...

class CallMethod(_message.Message):
    __slots__ = ("name", "lane", "arguments", "keyword_arguments", "all_lanes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    KEYWORD_ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    ALL_LANES_FIELD_NUMBER: _ClassVar[int]
    name: str
    lane: int
    arguments: _containers.RepeatedCompositeFieldContainer[_values_pb2.Value]
    keyword_arguments: _values_pb2.Value
    all_lanes: bool
    def __init__(self, name: _Optional[str] = ..., lane: _Optional[int] = ..., arguments: _Optional[_Iterable[_Union[_values_pb2.Value, _Mapping]]] = ..., keyword_arguments: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., all_lanes: _Optional[bool] = ...) -> None: ...

class Render(_message.Message):
    __slots__ = ("lane", "all_lanes")
    LANE_FIELD_NUMBER: _ClassVar[int]
    ALL_LANES_FIELD_NUMBER: _ClassVar[int]
    lane: int
    all_lanes: bool
    def __init__(self, lane: _Optional[int] = ..., all_lanes: _Optional[bool] = ...) -> None: ...

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

class LaneGenerator(_message.Message):
    __slots__ = ("lane", "state")
    LANE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    lane: int
    state: _values_pb2.GeneratorState
    def __init__(self, lane: _Optional[int] = ..., state: _Optional[_Union[_values_pb2.GeneratorState, _Mapping]] = ...) -> None: ...

class TakeSnapshot(_message.Message):
    __slots__ = ("lane_mask",)
    LANE_MASK_FIELD_NUMBER: _ClassVar[int]
    lane_mask: bytes
    def __init__(self, lane_mask: _Optional[bytes] = ...) -> None: ...

class RestoreSnapshot(_message.Message):
    __slots__ = ("lanes",)
    LANES_FIELD_NUMBER: _ClassVar[int]
    lanes: _containers.RepeatedCompositeFieldContainer[LaneSnapshot]
    def __init__(self, lanes: _Optional[_Iterable[_Union[LaneSnapshot, _Mapping]]] = ...) -> None: ...

class LaneSnapshot(_message.Message):
    __slots__ = ("lane", "state", "generator", "was_reset", "ended", "elapsed_steps", "spec_hash", "observation")
    LANE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GENERATOR_FIELD_NUMBER: _ClassVar[int]
    WAS_RESET_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    ELAPSED_STEPS_FIELD_NUMBER: _ClassVar[int]
    SPEC_HASH_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    lane: int
    state: _values_pb2.Value
    generator: _values_pb2.GeneratorState
    was_reset: bool
    ended: bool
    elapsed_steps: int
    spec_hash: bytes
    observation: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, lane: _Optional[int] = ..., state: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., generator: _Optional[_Union[_values_pb2.GeneratorState, _Mapping]] = ..., was_reset: _Optional[bool] = ..., ended: _Optional[bool] = ..., elapsed_steps: _Optional[int] = ..., spec_hash: _Optional[bytes] = ..., observation: _Optional[_Iterable[bytes]] = ...) -> None: ...

class Reply(_message.Message):
    __slots__ = ("seq", "observation", "reward", "terminated", "truncated", "final_observation", "final_lanes", "infos", "fault", "env_us", "server_us", "value", "generator", "python_types", "exact_reward", "warnings", "snapshots", "generators")
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
    EXACT_REWARD_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    GENERATORS_FIELD_NUMBER: _ClassVar[int]
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
    exact_reward: _values_pb2.Value
    warnings: _containers.RepeatedScalarFieldContainer[str]
    snapshots: _containers.RepeatedCompositeFieldContainer[LaneSnapshot]
    generators: _containers.RepeatedCompositeFieldContainer[LaneGenerator]
    def __init__(self, seq: _Optional[int] = ..., observation: _Optional[_Iterable[bytes]] = ..., reward: _Optional[bytes] = ..., terminated: _Optional[bytes] = ..., truncated: _Optional[bytes] = ..., final_observation: _Optional[_Iterable[bytes]] = ..., final_lanes: _Optional[bytes] = ..., infos: _Optional[_Iterable[_Union[LaneInfo, _Mapping]]] = ..., fault: _Optional[_Union[Fault, _Mapping]] = ..., env_us: _Optional[int] = ..., server_us: _Optional[int] = ..., value: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., generator: _Optional[_Union[_values_pb2.GeneratorState, _Mapping]] = ..., python_types: _Optional[_Union[PythonTypes, _Mapping]] = ..., exact_reward: _Optional[_Union[_values_pb2.Value, _Mapping]] = ..., warnings: _Optional[_Iterable[str]] = ..., snapshots: _Optional[_Iterable[_Union[LaneSnapshot, _Mapping]]] = ..., generators: _Optional[_Iterable[_Union[LaneGenerator, _Mapping]]] = ...) -> None: ...

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
    __slots__ = ("lanes", "python_class", "dotnet_class", "message", "trace", "recoverable", "location", "python_bases")
    LANES_FIELD_NUMBER: _ClassVar[int]
    PYTHON_CLASS_FIELD_NUMBER: _ClassVar[int]
    DOTNET_CLASS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    RECOVERABLE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    PYTHON_BASES_FIELD_NUMBER: _ClassVar[int]
    lanes: _containers.RepeatedScalarFieldContainer[int]
    python_class: str
    dotnet_class: str
    message: str
    trace: str
    recoverable: bool
    location: str
    python_bases: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, lanes: _Optional[_Iterable[int]] = ..., python_class: _Optional[str] = ..., dotnet_class: _Optional[str] = ..., message: _Optional[str] = ..., trace: _Optional[str] = ..., recoverable: _Optional[bool] = ..., location: _Optional[str] = ..., python_bases: _Optional[_Iterable[str]] = ...) -> None: ...

class CloseRequest(_message.Message):
    __slots__ = ("session_id", "epoch", "open_nonce")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    OPEN_NONCE_FIELD_NUMBER: _ClassVar[int]
    session_id: bytes
    epoch: int
    open_nonce: bytes
    def __init__(self, session_id: _Optional[bytes] = ..., epoch: _Optional[int] = ..., open_nonce: _Optional[bytes] = ...) -> None: ...

class CloseResponse(_message.Message):
    __slots__ = ("fault",)
    FAULT_FIELD_NUMBER: _ClassVar[int]
    fault: Fault
    def __init__(self, fault: _Optional[_Union[Fault, _Mapping]] = ...) -> None: ...
