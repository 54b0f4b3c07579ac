# syntax=docker/dockerfile:1
# The portal's production image: one image for web, worker and beat.

FROM node:22-bookworm-slim AS sheets
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY static static
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
COPY requirements/base.txt .
RUN python -m venv /venv && /venv/bin/python -m pip install --no-cache-dir --require-hashes --requirement base.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /home/portal portal \
    && install --directory --owner portal --mode 700 /portal/var /portal/var/files /portal/var/beat /portal/var/mail
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /portal
COPY --from=packages /venv /venv
COPY manage.py ./
COPY npqh_portal npqh_portal
COPY applications applications
COPY cohorts cohorts
COPY assessments assessments
COPY templates templates
COPY static/public static/public
COPY --from=sheets /portal/static/build static/build
# Hashed names need no secret; this one is thrown away with the command.
RUN SECRET_KEY="$(head --bytes 48 /dev/urandom | base64 --wrap 0)" python manage.py collectstatic --no-input --verbosity 0
COPY .docker/start /usr/local/bin/start
USER portal
EXPOSE 8000
ENTRYPOINT ["/usr/local/bin/start"]
# WEB_CONCURRENCY sets the number of processes.
CMD ["gunicorn", "npqh_portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "30", "--access-logfile", "-"]
