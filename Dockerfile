# One image a service, from its executable jar: docker build --build-arg MODULE=config-service .
FROM eclipse-temurin:25-jre
ARG MODULE
COPY ${MODULE}/target/${MODULE}-*-exec.jar /app/service.jar
WORKDIR /app
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/service.jar"]
