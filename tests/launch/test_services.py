import sys
from pathlib import Path

from tests.launch.programs import Program

# What every command does with its services, in a folder whose name needs quoting everywhere.
SERVE = """
import os, sys
from pathlib import Path
from npqh_portal.launch import places, postgres, redis
from npqh_portal.launch.processes import Supervisor, run_openly, stop_when_told

home, env = Path(sys.argv[1]), dict(os.environ)
stop_when_told()
with Supervisor() as supervisor:
    postgres.make_data(home / "postgres", env)
    postgres.start(supervisor, home / "postgres", home, env, careless=True)
    redis.start(supervisor, home / "redis", home, env, careless=True)
    address = places.redis_url(home)
    addresses = [places.database_url(home, "postgres"), address, places.broker_url(address)]
    sys.exit(run_openly([sys.executable, "-c", sys.argv[2], *addresses], env))
"""
ASK = """
import sys
import dj_database_url, psycopg2, redis
from celery import Celery

database, cache, broker = sys.argv[1:]
parts = dj_database_url.parse(database)
connection = psycopg2.connect(host=parts["HOST"], user=parts["USER"], dbname=parts["NAME"])
with connection.cursor() as cursor:
    cursor.execute("select lower('ÉŴ'), datlocprovider::text || datlocale from pg_database where datname = 'postgres'")
    print(cursor.fetchone())
print(redis.Redis.from_url(cache).ping())
with Celery(broker=broker).connection() as link:
    link.ensure_connection(max_retries=1, timeout=5)
    print(link.default_channel.client.connection_pool.connection_kwargs["path"])
"""


def test_database_cache_and_broker_answer_in_a_folder_with_spaces(tmp_path: Path) -> None:
    home = tmp_path / "a folder"
    home.mkdir(mode=0o700)
    with Program([sys.executable, "-c", SERVE, home, ASK]) as program:
        assert program.end() == 0, program.said
        assert program.said.splitlines() == ["('éŵ', 'bC.UTF-8')", "True", str(home / "redis.sock")]
        assert program.offspring() == []
        assert [path.name for path in home.glob("*sock*")] == []
