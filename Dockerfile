# The dashboard. compose.yaml runs it with Elasticsearch.
FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt
COPY . .
RUN useradd --create-home spectrolabe && mkdir -p /workspace && chown spectrolabe /workspace
USER spectrolabe
ENV SPECTROLABE_WORKSPACE=/workspace SPECTROLABE_HOST=0.0.0.0 SPECTROLABE_PORT=8050
EXPOSE 8050
VOLUME /workspace
CMD ["python", "app.py"]
