# One image a service, from its executable jar: docker build --build-arg MODULE=config-service .
FROM eclipse-temurin:25-jre
ARG MODULE
COPY ${MODULE}/target/${MODULE}-*-exec.jar /app/service.jar
# The folders are where compose mounts volumes: a new volume takes their owner.
RUN useradd --system --uid 10001 --no-create-home warroom \
    && mkdir -p /private-key /public-key /metrics-token && chown 10001 /private-key /public-key /metrics-token
USER 10001
WORKDIR /app
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/service.jar"]
