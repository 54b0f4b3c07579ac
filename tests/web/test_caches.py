import logging

import pytest
from django.core.cache import caches
from pytest_django import Settings

KEY = "greeting"


@pytest.fixture
def _redis_is_away(settings: Settings) -> None:
    """A socket on which nobody listens."""
    away = settings.CACHES["redis"] | {"LOCATION": "unix:///nonexistent/redis.sock"}
    settings.CACHES = settings.CACHES | {"redis": away}


def test_with_redis_there_it_is_a_cache() -> None:
    cache = caches["redis"]
    assert cache.get(KEY, "nothing") == "nothing"
    assert cache.add(KEY, "hello")
    assert not cache.add(KEY, "other")
    assert cache.get_many([KEY, "other"]) == {KEY: "hello"}
    cache.set_many({"count": 1})
    assert cache.incr("count") == 2
    assert cache.touch(KEY, 60)
    assert cache.delete(KEY)
    assert cache.get(KEY) is None


@pytest.mark.usefixtures("_redis_is_away")
def test_with_redis_away_a_read_is_a_miss_and_a_write_is_nothing(caplog: pytest.LogCaptureFixture) -> None:
    cache = caches["redis"]
    with caplog.at_level(logging.WARNING, "npqh_portal.web.caches"):
        cache.set(KEY, "hello")
        assert cache.get(KEY, "nothing") == "nothing"
        assert cache.add(KEY, "hello")
        assert KEY not in cache
        assert cache.get_many([KEY]) == {}
        assert cache.set_many({KEY: "hello"}) == [KEY]
        assert cache.incr(KEY) == 1
        assert not cache.touch(KEY)
        assert not cache.delete(KEY)
        cache.delete_many([KEY])
    assert len(caplog.records) == 10
    assert all(line.getMessage().startswith("Redis is away") for line in caplog.records)
