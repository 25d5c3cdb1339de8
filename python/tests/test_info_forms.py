"""Infos of steps as bytes: what is written over the message of an earlier info is what would be written anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gymbridge import _values
from gymbridge._dtypes import DTYPES
from gymbridge._generated import env_service_pb2 as pb
from gymbridge._host.info_forms import InfoForms

LONG = 1 << 63
PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))


def encode(info: Any, out: Any, name: str) -> None:
    _values.encode_info(info, out, name, lambda path, value, reason: None)


def anew(info: Any, lane: int) -> bytes:
    reply = pb.Reply()
    encode(info, reply.infos.add(lane=lane).info, "info")
    return reply.SerializeToString()


numbers = st.sampled_from(sorted(DTYPES.values(), key=str)).flatmap(
    lambda dtype: st.binary(min_size=dtype.itemsize, max_size=dtype.itemsize).map(
        lambda data: np.frombuffer(data, np.uint8 if dtype == np.bool_ else dtype)[0].astype(dtype)
    )
)
arrays = st.builds(
    lambda dtype, shape, order: np.arange(int(np.prod(shape))).reshape(shape).astype(dtype, order=order),
    st.sampled_from(["?", "<i4", ">i4", "f8", "U3", "O"]),
    st.sampled_from([(), (0,), (1,), (2, 3)]),
    st.sampled_from("CF"),
)
values = st.one_of(
    st.booleans(),
    st.integers(-2 * LONG, 2 * LONG),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["x" * 1001, "x" * 70_000, "\ud800", "", -0.0, -LONG, LONG - 1, LONG, None]),
    numbers,
    arrays,
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from("rl"), st.floats(), max_size=2),
    st.builds(object),
)
infos = st.dictionaries(st.sampled_from(["a", "lives", "Leben", "ü", 1, None]), values, max_size=3)


@PATIENT
@given(st.lists(st.tuples(infos, st.integers(0, 300)), max_size=8))
def test_infos_are_the_bytes_of_the_general_way_whatever_came_before(steps: list[tuple[dict[Any, Any], int]]) -> None:
    forms = InfoForms(encode)
    for info, lane in steps + steps:
        assert forms.write(info, lane) == anew(info, lane)


@PATIENT
@given(st.lists(st.fixed_dictionaries({"a": values, "b": numbers}), min_size=2, max_size=6))
def test_values_of_other_types_under_the_same_names_do_not_mix(steps: list[dict[str, Any]]) -> None:
    forms = InfoForms(encode)
    for info in steps + steps:
        assert forms.write(info, 0) == anew(info, 0)


def test_known_keys_and_types_are_not_encoded_anew() -> None:
    calls: list[Any] = []

    def counted(info: Any, out: Any, name: str) -> None:
        calls.append(info)
        encode(info, out, name)

    forms = InfoForms(counted)
    for step in range(5):
        info = {"lives": step, "speed": np.float64(step), "place": np.full(3, step), "name": str(step), "on": step > 2}
        assert forms.write(info, step) == anew(info, step)
    assert len(calls) == 1


def test_names_that_never_come_again_are_forgotten() -> None:
    forms = InfoForms(encode)
    for step in range(1000):
        assert forms.write({f"agent {step}": step}) == anew({f"agent {step}": step}, 0)
    assert len(forms._forms) <= 64


def test_what_is_no_dict_is_told() -> None:
    def refusing(info: Any, out: Any, name: str) -> None:
        raise TypeError(name)

    with pytest.raises(TypeError, match="info"):
        InfoForms(refusing).write([1], 0)
