package io.warroom.config.operations;

import io.warroom.config.app.AppResealing;
import io.warroom.config.audit.Actor;
import io.warroom.config.audit.Audit;
import io.warroom.config.database.Databases;
import io.warroom.config.database.LongStatements;
import io.warroom.config.incident.DeclarationEffect;
import io.warroom.config.incident.Incidents;
import io.warroom.config.listening.TopicListening;
import io.warroom.config.outbox.Delivery;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.outbox.OutboxRelay;
import io.warroom.config.retry.DeclarationReader;
import io.warroom.config.room.RoomStandings;
import io.warroom.config.sealing.Resealer;
import io.warroom.config.sealing.Sealer;
import io.warroom.config.sealing.UnusableKeysetException;
import io.warroom.topic.Topic;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/** Runs one command against the deployment's database and topics, and ends. */
@SpringBootConfiguration
@ImportAutoConfiguration({DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class, KafkaAutoConfiguration.class
})
@EnableConfigurationProperties(OperationSettings.class)
@Import(LongStatements.class)
public class Operations {

    /** Whether the word names a command. */
    public static boolean knows(String word) {
        return List.of("rebuild", "republish", "erase-tenant", "reseal", "redrive", "replay-rejected")
                .contains(word);
    }

    /** Ends with status 1 and one line when it cannot. */
    @SuppressWarnings("SystemOut") // a command: it answers whoever typed it
    public static void main(String command, String[] arguments) {
        int status = run(command, arguments, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** @return the exit status; 1 when {@code err} has the line that says why */
    static int run(String command, String[] arguments, PrintStream out, PrintStream err) {
        try {
            var request = OperationRequest.of(arguments, Instant.now());
            try (var context = new SpringApplicationBuilder(Operations.class)
                    .web(WebApplicationType.NONE)
                    .logStartupInfo(false)
                    // The clients would say at every try what the one line says in the end.
                    .properties("logging.level.root=OFF")
                    .run(Stream.concat(LongStatements.ofACommand().stream(), request.properties().stream())
                            .toArray(String[]::new))) {
                run(command, request, context, out);
                return 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println(command + " was interrupted: run it again.");
        } catch (OperationFailedException | UnusableKeysetException e) {
            err.println(command + " failed: " + e.getMessage());
        } catch (RuntimeException e) {
            err.println(command + " failed: " + rootOf(e));
        }
        return 1;
    }

    private static void run(
            String command, OperationRequest request, ConfigurableApplicationContext context, PrintStream out)
            throws InterruptedException {
        var kafka = context.getBean(KafkaProperties.class);
        var settings = context.getBean(OperationSettings.class);
        var prefix = settings.topics().prefix();
        var jdbi = Databases.jdbi(context.getBean(DataSource.class));
        var outbox = new Outbox();
        var clock = Clock.systemUTC();
        var topics = new TopicReading(kafka.buildConsumerProperties(), prefix);
        var audit = new Audit(
                clock,
                () -> new Actor(
                        System.getProperty("user.name", "operator"), "OPERATOR", "DATABASE", "command line", command));
        @SuppressWarnings("unchecked") // as the configuration has it
        var producers = (ProducerFactory<String, Object>) context.getBean(ProducerFactory.class);
        var draining = new OutboxDraining(
                jdbi,
                () -> new OutboxRelay(
                        jdbi,
                        outbox,
                        OutboxRelay.fenced(producers, prefix, settings.outbox().sendTimeout()),
                        prefix,
                        settings.outbox().pollInterval(),
                        settings.outbox().sendTimeout(),
                        clock));
        try (var admin = Admin.create(kafka.buildAdminProperties())) {
            var operation = switch (command) {
                case "rebuild" ->
                    new Rebuild(
                            jdbi,
                            topics,
                            TopicListening.decoder(kafka.buildConsumerProperties()),
                            new ReadModels(
                                    admin,
                                    List.of(
                                            new ReadModels.Model("war_room", prefix + "config-service-war-rooms"),
                                            new ReadModels.Model("app_health", prefix + "config-service-app-health"))));
                case "republish" ->
                    new Republish(
                            jdbi, outbox, draining, topics, TopicListening.decoder(kafka.buildConsumerProperties()));
                case "erase-tenant" -> new EraseTenant(jdbi, outbox, draining, topics, audit, clock, prefix);
                case "reseal" ->
                    new Reseal(
                            jdbi,
                            draining,
                            file -> new Resealer(
                                    file, new Sealer(settings.sealing().publicKeyset())),
                            resealer -> new AppResealing(
                                    jdbi,
                                    resealer,
                                    outbox,
                                    new Delivery(jdbi, outbox, clock, Duration.ZERO),
                                    audit,
                                    clock,
                                    () -> UUID.randomUUID().toString()));
                case "redrive" -> {
                    var standings = new RoomStandings(jdbi, prefix);
                    var consumers = kafka.buildConsumerProperties();
                    yield new Redrive(
                            standings,
                            new DeclarationReader(consumers, TopicListening.decoder(consumers), prefix),
                            new Incidents(
                                    new KafkaTemplate<>(producers),
                                    prefix,
                                    clock,
                                    () -> UUID.randomUUID().toString(),
                                    settings.outbox().sendTimeout(),
                                    (_, _, _) -> DeclarationEffect.UNKNOWN));
                }
                case "replay-rejected" ->
                    new ReplayRejected(topics, () -> ofBytes(kafka.buildProducerProperties()), prefix);
                default -> throw new IllegalArgumentException(command);
            };
            operation.run(request, out);
        }
    }

    /** Rejected records are sent as they are, as large as their topic takes them. */
    private static Producer<byte[], byte[]> ofBytes(Map<String, Object> properties) {
        properties.remove(ProducerConfig.PARTITIONER_CLASS_CONFIG);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.LARGEST_RECORD);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What lies at the bottom; of a database's trouble what its driver says, as only that names the server. */
    private static String rootOf(Throwable failure) {
        var root = failure;
        for (var cause = root.getCause(); cause != null && !(root instanceof SQLException); cause = root.getCause()) {
            root = cause;
        }
        return Objects.requireNonNullElse(root.getMessage(), root.getClass().getName())
                .replaceAll("\\s+", " ");
    }
}
