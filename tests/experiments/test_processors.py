"""Processors are counted as Linux grants them: by schedule and by time."""

import math

import pytest

from sim.experiments import processors as counted
from sim.experiments.processors import cpu_time_limit, processors

CGROUPS = "sys/fs/cgroup"
SECOND = {"proc/self/cgroup": "0::/jobs/mine\n"}
FIRST = {"proc/self/cgroup": "4:memory:/\n3:cpu,cpuacct:/docker/ab\n0::/docker/ab\n"}
FIRST_FOLDER = f"{CGROUPS}/cpu,cpuacct"


def written(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({}, math.inf),
        (SECOND, math.inf),
        (SECOND | {f"{CGROUPS}/jobs/mine/cpu.max": "max 100000\n"}, math.inf),
        (SECOND | {f"{CGROUPS}/jobs/mine/cpu.max": "150000 100000\n"}, 1.5),
        (SECOND | {f"{CGROUPS}/jobs/cpu.max": "50000 100000\n"}, 0.5),
        (SECOND | {f"{CGROUPS}/cpu.max": "300000 100000\n"}, 3.0),
        (
            SECOND
            | {
                f"{CGROUPS}/jobs/mine/cpu.max": "400000 100000\n",
                f"{CGROUPS}/jobs/cpu.max": "200000 100000\n",
            },
            2.0,
        ),
        (SECOND | {f"{CGROUPS}/jobs/mine/cpu.max": "rubbish"}, math.inf),
        (SECOND | {f"{CGROUPS}/jobs/mine/cpu.max": "1000 0"}, math.inf),
        (
            FIRST
            | {
                f"{FIRST_FOLDER}/docker/ab/cpu.cfs_quota_us": "250000\n",
                f"{FIRST_FOLDER}/docker/ab/cpu.cfs_period_us": "100000\n",
            },
            2.5,
        ),
        (
            FIRST
            | {
                f"{CGROUPS}/cpu/cpu.cfs_quota_us": "100000\n",
                f"{CGROUPS}/cpu/cpu.cfs_period_us": "100000\n",
            },
            1.0,
        ),
        (
            FIRST
            | {
                f"{FIRST_FOLDER}/cpu.cfs_quota_us": "-1\n",
                f"{FIRST_FOLDER}/cpu.cfs_period_us": "100000\n",
            },
            math.inf,
        ),
    ],
)
def test_a_container_may_limit_the_time(tmp_path, files, limit):
    assert cpu_time_limit(written(tmp_path, files)) == limit


@pytest.mark.parametrize(
    ("quota", "count"), [("max", 8), ("50000", 1), ("150000", 2), ("9999999", 8)]
)
def test_processors_are_those_of_which_there_is_time(
    tmp_path, monkeypatch, quota, count
):
    monkeypatch.setattr(counted, "_scheduled", lambda: 8)
    limit = {f"{CGROUPS}/jobs/mine/cpu.max": f"{quota} 100000"}
    assert processors(written(tmp_path, SECOND | limit)) == count
