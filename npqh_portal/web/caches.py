"""A cache that may be away: without Redis a read is a miss, a write is nothing, and pages still come."""

import logging
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisTooSlow

log = logging.getLogger(__name__)


class FailOpenRedisCache(RedisCache):
    """Django's Redis cache, which has no such switch of its own. Every miss that is due to Redis is logged."""

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        try:
            return super().add(key, value, timeout, version)
        except (RedisAway, RedisTooSlow) as error:
            return _missed("add", error) or True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (RedisAway, RedisTooSlow) as error:
            _missed("get", error)
            return default

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except (RedisAway, RedisTooSlow) as error:
            _missed("set", error)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        try:
            return super().touch(key, timeout, version)
        except (RedisAway, RedisTooSlow) as error:
            return _missed("touch", error)

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except (RedisAway, RedisTooSlow) as error:
            return _missed("delete", error)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().has_key(key, version)
        except (RedisAway, RedisTooSlow) as error:
            return _missed("has_key", error)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        try:
            return super().incr(key, delta, version)
        except (RedisAway, RedisTooSlow) as error:
            _missed("incr", error)
            return delta

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        try:
            return super().get_many(keys, version)
        except (RedisAway, RedisTooSlow) as error:
            _missed("get_many", error)
            return {}

    def set_many(self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        try:
            return super().set_many(data, timeout, version)
        except (RedisAway, RedisTooSlow) as error:
            _missed("set_many", error)
            return list(data)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        try:
            super().delete_many(keys, version)
        except (RedisAway, RedisTooSlow) as error:
            _missed("delete_many", error)


def _missed(verb: str, error: Exception) -> bool:
    log.warning("Redis is away, so %s did nothing: %s", verb, error)
    return False
