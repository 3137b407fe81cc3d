# The command line on any CPU:
#     docker build -t talkshow .
#     docker run --rm -v "$PWD:/work" talkshow render my_script.txt
FROM python:3.12-slim

ENV PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1
RUN apt-get update && apt-get install --yes --no-install-recommends libfribidi0 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/talkshow
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY talkshow talkshow
COPY multitalk multitalk
COPY voices voices
COPY scripts_in scripts_in
RUN pip install '.[captions,fonts]'
RUN useradd --create-home talkshow
USER talkshow
RUN talkshow doctor --help > /dev/null
WORKDIR /work
ENTRYPOINT ["talkshow"]
CMD ["--help"]
