package io.warroom.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How each program of ours is started: its arguments, its secrets, and how it shows that it is ready. */
final class Services {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TOPIC_PARTITIONS = "6";

    private final StackSettings settings;
    private final ServiceJars jars;
    private final Http http = new Http();

    Services(StackSettings settings, ServiceJars jars) {
        this.settings = settings;
        this.jars = jars;
    }

    /** Keys that seal the tenants' secrets: made once, kept with the data that they open. */
    void makeKeysOnce() {
        if (Files.exists(privateKey()) && Files.exists(publicKey())) {
            return;
        }
        var command = List.of(
                "-Xmx128m",
                "-jar",
                jars.configService().toString(),
                "--generate-keys",
                "--private",
                privateKey().toString(),
                "--public",
                publicKey().toString());
        try (var keys = ChildProcess.startJava("the key generator", command, settings.log("keys"))) {
            keys.awaitSuccess(PATIENCE);
        }
    }

    ChildProcess simulator() {
        var command = new ArrayList<>(List.of(
                "-Xmx192m",
                "-jar",
                jars.simulator().toString(),
                "--host=127.0.0.1",
                "--port=" + settings.simulatorPort()));
        if (settings.kept()) {
            command.add("--world=" + settings.folder().resolve("simulator"));
        }
        return ChildProcess.startJava("the platform simulator", command, settings.log("simulator"));
    }

    void awaitSimulator(ChildProcess simulator) {
        simulator.awaitReady(() -> http.answers(settings.simulator() + "/sim/v1/health"), PATIENCE);
    }

    /** Creates topics and registers schemas, as a deployment would. */
    void setUp(Broker broker, Registry registry, Database database) {
        var command = configService(List.of("--setup"), broker, registry, database);
        try (var setup = ChildProcess.startJava(
                "the setup of topics and schemas", command, settings.log("setup"), secrets(database))) {
            setup.awaitSuccess(PATIENCE);
        }
    }

    ChildProcess configService(Broker broker, Registry registry, Database database) {
        return ChildProcess.startJava(
                "the config service",
                configService(List.of(), broker, registry, database),
                settings.log("config-service"),
                secrets(database));
    }

    void awaitConfigService(ChildProcess service) {
        service.awaitReady(() -> http.answers(settings.api() + "/actuator/health/readiness"), PATIENCE);
    }

    /** @param number from 1 */
    ChildProcess worker(int number, int port, Broker broker, Registry registry) {
        var command = new ArrayList<>(List.of("-Xmx320m", "-jar", jars.worker().toString()));
        command.addAll(shared(broker, registry));
        command.addAll(List.of(
                "--server.port=" + port,
                "--warroom.sealing.private-keyset=" + privateKey(),
                "--warroom.platform.allowed-base-urls=" + platforms()));
        return ChildProcess.startJava(
                "worker " + number, command, settings.log(number == 1 ? "worker" : "worker-" + number));
    }

    void awaitWorker(ChildProcess worker, int port) {
        worker.awaitReady(() -> http.answers("http://127.0.0.1:" + port + "/actuator/health/readiness"), PATIENCE);
    }

    /** {@code mode} goes first: the service looks for it there. */
    private List<String> configService(List<String> mode, Broker broker, Registry registry, Database database) {
        var command =
                new ArrayList<>(List.of("-Xmx320m", "-jar", jars.configService().toString()));
        command.addAll(mode);
        command.addAll(shared(broker, registry));
        command.addAll(List.of(
                "--server.port=" + settings.apiPort(),
                // No TLS stands in front of this machine's own address, and not every browser keeps a Secure cookie
                // then.
                "--server.servlet.session.cookie.secure=false",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--warroom.sealing.public-keyset=" + publicKey(),
                "--warroom.endpoints.allowed-base-urls=" + platforms(),
                "--warroom.topics.partitions=" + TOPIC_PARTITIONS,
                "--warroom.topics.replication=1"));
        return command;
    }

    private static List<String> shared(Broker broker, Registry registry) {
        return List.of(
                "--server.address=127.0.0.1",
                "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                "--warroom.schema-registry-url=" + registry.url());
    }

    private Map<String, String> secrets(Database database) {
        return Map.of(
                "SPRING_DATASOURCE_PASSWORD",
                database.password(),
                "WARROOM_ACCESS_OPERATOR_PASSWORD",
                SignIn.read(settings.folder()).password());
    }

    private String platforms() {
        return String.join(",", settings.platform("wecom"), settings.platform("dingtalk"), settings.platform("lark"));
    }

    private Path privateKey() {
        return settings.folder().resolve("keys").resolve("private.json");
    }

    private Path publicKey() {
        return settings.folder().resolve("keys").resolve("public.json");
    }
}
