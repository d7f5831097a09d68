# The app, then the libraries, then an image that holds both and runs as nobody in particular.
FROM node:22-slim AS pwa
WORKDIR /src/pwa
COPY pwa/package.json pwa/package-lock.json pwa/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY pwa ./
RUN npm run build

FROM python:3.12-slim AS libraries
COPY ops/uv.txt requirements.lock.txt /src/
RUN pip install --no-cache-dir --require-hashes -r /src/uv.txt \
 && uv venv /opt/venv \
 && uv pip install --python /opt/venv/bin/python --require-hashes --compile-bytecode -r /src/requirements.lock.txt

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home xuncheng \
 && install -d -o xuncheng -g xuncheng /var/spool/xuncheng
COPY --from=libraries /opt/venv /opt/venv
WORKDIR /srv/xuncheng
COPY pyproject.toml LICENSE ./
COPY backend backend
COPY media media
COPY migrations migrations
COPY --from=pwa /src/pwa/dist pwa/dist
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/srv/xuncheng PYTHONDONTWRITEBYTECODE=1 XUNCHENG_PWA=/srv/xuncheng/pwa/dist
USER xuncheng
EXPOSE 8000
ENTRYPOINT ["python", "-m", "backend.cli"]
CMD ["serve"]
