package io.warroom.config.incident;

import io.warroom.config.http.Fields;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.event.IncidentDeclared;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.kafka.core.KafkaTemplate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Puts what is said of incidents on their topics, and comes back once the broker has it. Safe for concurrent use. */
public final class Incidents implements AutoCloseable {

    /** Marks a declaration that is published again on request; its value is when, in milliseconds since 1970. */
    public static final String RETRY_HEADER = "warroom-retry";

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Logger log = LoggerFactory.getLogger(Incidents.class);

    private static final int MAX_ATTEMPTS = 3;

    private final KafkaTemplate<String, Object> kafka;
    private final String topicPrefix;
    private final Clock clock;
    private final Supplier<String> eventIds;
    private final Duration patience;
    private final DeclarationEffect.Lookup effects;

    /** The producer may wait for metadata, and the serializer for the registry, before there is a future to wait on. */
    private final ExecutorService sends = Executors.newVirtualThreadPerTaskExecutor();

    /** A declaration, an update or a resolution that the broker has. */
    public record Written(String tenantId, String incidentId, String topic, int partition, long offset) {

        /** As the routes answer it. */
        public String json() {
            return JSON.writeValueAsString(this);
        }
    }

    /** A declaration that the broker has, and what it does. */
    public record Declared(Written written, DeclarationEffect effect) {

        String json() {
            var answer = JSON.valueToTree(written);
            return JSON.writeValueAsString(((ObjectNode) answer).put("effect", effect.name()));
        }
    }

    /**
     * Sends nothing yet.
     *
     * @param patience how long a caller waits at most for the broker
     * @param effects what a declaration does
     */
    public Incidents(
            KafkaTemplate<String, Object> kafka,
            String topicPrefix,
            Clock clock,
            Supplier<String> eventIds,
            Duration patience,
            DeclarationEffect.Lookup effects) {
        this.kafka = kafka;
        this.topicPrefix = topicPrefix;
        this.clock = clock;
        this.eventIds = eventIds;
        this.patience = patience;
        this.effects = effects;
    }

    /**
     * Declares an incident.
     *
     * @throws Problem 422 naming every field at fault, 503 when the broker does not take it in time
     */
    public Declared declare(TenantId tenant, Fields body) throws InterruptedException {
        var incident = IncidentForm.read(tenant, body, clock.instant());
        // Before it is published: afterwards the read model may know this declaration itself.
        var effect = effects.of(tenant, incident.getIncidentId(), incident.getDeclaredAt());
        return new Declared(produce(Topic.INCIDENT_DECLARED, tenant, incident.getIncidentId(), incident), effect);
    }

    /**
     * Publishes a declaration again, marked as a retry of now.
     *
     * @param failedAt by the worker's clock; the retry counts as later; null when it did not fail
     * @throws Problem 503 when the broker does not take it in time
     */
    public Written retry(IncidentDeclared declaration, @Nullable Instant failedAt) throws InterruptedException {
        var now = clock.instant();
        var at = failedAt == null || failedAt.isBefore(now) ? now : failedAt.plusMillis(1);
        return produce(
                Topic.INCIDENT_DECLARED,
                new TenantId(declaration.getTenantId()),
                declaration.getIncidentId(),
                declaration,
                Map.of(RETRY_HEADER, Long.toString(at.toEpochMilli())));
    }

    @Override
    public void close() {
        sends.shutdownNow();
    }

    Written produce(Topic topic, TenantId tenant, String incidentId, SpecificRecord event) throws InterruptedException {
        return produce(topic, tenant, incidentId, event, Map.of());
    }

    private Written produce(
            Topic topic, TenantId tenant, String incidentId, SpecificRecord event, Map<String, String> headers)
            throws InterruptedException {
        var record = record(topic, tenant, event);
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        var send = sends.submit(() -> send(record));
        try {
            var at = send.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Written(tenant.value(), incidentId, at.topic(), at.partition(), at.offset());
        } catch (ExecutionException | TimeoutException e) {
            send.cancel(true);
            log.atWarn()
                    .addKeyValue("tenant", tenant.value())
                    .addKeyValue("incidentId", incidentId)
                    .setCause(e)
                    .log("Incident was not accepted by the broker");
            throw Problem.later(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "broker-unavailable",
                    topic == Topic.INCIDENT_DECLARED
                            ? "Kafka or the schema registry did not accept the incident in time. Send it again with the same"
                                    + " incidentId: it is safe, an incident has one room however often it is declared."
                            : "Kafka or the schema registry did not accept it in time, or did without saying so. Send it again:"
                                    + " the last one counts.",
                    Duration.ofSeconds(5));
        }
    }

    /** The broker refuses all records of a batch when it refuses one: then this one is sent again, without the others. */
    private RecordMetadata send(ProducerRecord<String, Object> record) throws ExecutionException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return kafka.send(record).get().getRecordMetadata();
            } catch (ExecutionException e) {
                if (attempt == MAX_ATTEMPTS || !isRefusedWithOthers(e)) {
                    throw e;
                }
            }
        }
    }

    /** What the producer reports for the other records of a refused batch has no kind of its own; a record's own fault has one. */
    private static boolean isRefusedWithOthers(Throwable failure) {
        Throwable root = failure;
        for (var cause = root.getCause(); cause != null; cause = root.getCause()) {
            root = cause;
        }
        return root.getClass().equals(KafkaException.class);
    }

    private ProducerRecord<String, Object> record(Topic topic, TenantId tenant, SpecificRecord event) {
        var record = new ProducerRecord<String, Object>(topic.name(topicPrefix), tenant.value(), event);
        var headers = Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                eventIds.get(),
                "ce_source",
                "/warroom/config-service",
                "ce_type",
                "io.warroom." + topic.name(""),
                "ce_time",
                clock.instant().toString(),
                "content-type",
                "application/avro");
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }
}
