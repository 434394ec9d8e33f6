# syntax=docker/dockerfile:1
# One image for the API, the pages and the worker; the command says which. Everything that a container needs is put in
# while the image is built: at run time nothing is downloaded.
FROM python:3.11-slim-bookworm AS installed

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
RUN python -m venv /opt/regkb
ENV PATH=/opt/regkb/bin:$PATH
WORKDIR /app

# torch first: the source it comes from decides whether gigabytes of GPU packages follow it. TORCH_INDEX is the address
# of PyTorch's index of CPU wheels or of a mirror of it; empty means the index that pip is set to.
ARG TORCH_INDEX=
COPY requirements.lock ./
RUN pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} --constraint requirements.lock \
    "$(grep -E '^torch==' requirements.lock)"

# What regkb needs, without what only its tests need; a change of our own code does not install it again.
COPY pyproject.toml deploy/requirements.py ./
RUN python requirements.py postgres > needed.txt && pip install --constraint requirements.lock --requirement needed.txt

COPY . .
# Editable, because our own content in data/ lies beside the packages and is part of no wheel.
RUN pip install --no-deps --editable .


FROM python:3.11-slim-bookworm

# Old Word, WPS and RTF files are converted by LibreOffice (about 500 MB): build with --build-arg OFFICE=yes to have it.
ARG OFFICE=no
RUN if [ "$OFFICE" = yes ]; then \
      apt-get update && apt-get install --yes --no-install-recommends libreoffice-writer libreoffice-impress \
      && rm -rf /var/lib/apt/lists/*; \
    fi

# libmagic is asked by the reader of slides, libgomp by numba.
RUN apt-get update && apt-get install --yes --no-install-recommends libmagic1 libgomp1 && rm -rf /var/lib/apt/lists/*

# A fixed number, so that the owner of a volume is the same in every version of the image.
RUN groupadd --gid 10001 regkb && useradd --uid 10001 --gid regkb --no-create-home --home-dir /nonexistent regkb \
    && install --directory --owner regkb --group regkb /var/lib/regkb

COPY --from=installed /opt/regkb /opt/regkb
COPY --from=installed /app /app

# No library may ask a hub for anything, not even whether a file is up to date, nor report on its use.
ENV PATH=/opt/regkb/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONUTF8=1 LANG=C.UTF-8 \
    HOME=/tmp HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 ORT_DISABLE_TELEMETRY=1 STREAMLIT_BROWSER_GATHER_USAGE_STATS=false \
    REGKB_HOME=/var/lib/regkb

WORKDIR /app
USER regkb
VOLUME /var/lib/regkb
EXPOSE 8000 8501
ENTRYPOINT ["regkb"]
CMD ["serve", "--listen", "0.0.0.0"]
