package io.warroom.config.incident;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.idempotency.IdempotencyKeys;
import io.warroom.config.idempotency.IdempotentAnswer;
import io.warroom.event.IncidentLimits;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Declares, updates and resolves incidents over HTTP: answered only once the broker has the event. Safe for concurrent use. */
@RestController
public final class IncidentController implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(IncidentController.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final KafkaTemplate<String, Object> kafka;
    private final IdempotencyKeys keys;
    private final String topicPrefix;
    private final Clock clock;
    private final Supplier<String> eventIds;
    private final Duration patience;

    /** The producer may wait for metadata, and the serializer for the registry, before there is a future to wait on. */
    private final ExecutorService sends = Executors.newVirtualThreadPerTaskExecutor();

    /** @param patience how long a caller waits at most for the broker */
    public IncidentController(
            KafkaTemplate<String, Object> kafka,
            IdempotencyKeys keys,
            String topicPrefix,
            Clock clock,
            Supplier<String> eventIds,
            Duration patience) {
        this.kafka = kafka;
        this.keys = keys;
        this.topicPrefix = topicPrefix;
        this.clock = clock;
        this.eventIds = eventIds;
        this.patience = patience;
    }

    /** Declares an incident. */
    @PostMapping(path = "/api/v1/tenants/{tenantId}/incidents", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<String> declare(
            @PathVariable("tenantId") String tenantId,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var bytes = JsonBody.bytes(body);
        return keys.once(tenant, "incidents", key, bytes, () -> {
            var incident = IncidentForm.read(tenant, JsonBody.fields(bytes), clock.instant());
            return publish(Topic.INCIDENT_DECLARED, tenant, incident.getIncidentId(), incident);
        });
    }

    /** Says what has changed about an incident. Whether it was declared is not asked: its declaration may be on its way. */
    @PatchMapping(
            path = "/api/v1/tenants/{tenantId}/incidents/{incidentId}",
            consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<String> update(
            @PathVariable("tenantId") String tenantId, @PathVariable("incidentId") String incidentId, InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var update = IncidentForm.readUpdate(tenant, requireId(incidentId), JsonBody.read(body), clock.instant());
        var answer = publish(Topic.INCIDENT_UPDATED, tenant, incidentId, update);
        return ResponseEntity.status(answer.status())
                .contentType(MediaType.APPLICATION_JSON)
                .body(answer.body());
    }

    /** Says that an incident is over. Whether it was declared is not asked: its declaration may be on its way. */
    @PostMapping(
            path = "/api/v1/tenants/{tenantId}/incidents/{incidentId}/resolve",
            consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<String> resolve(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("incidentId") String incidentId,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var route = "incidents/" + requireId(incidentId) + "/resolve";
        var bytes = JsonBody.bytes(body);
        return keys.once(tenant, route, key, bytes, () -> {
            var resolution = IncidentForm.readResolution(tenant, incidentId, JsonBody.fields(bytes), clock.instant());
            return publish(Topic.INCIDENT_RESOLVED, tenant, incidentId, resolution);
        });
    }

    @Override
    public void close() {
        sends.shutdownNow();
    }

    private static String requireId(String incidentId) {
        if (!IncidentLimits.isIncidentId(incidentId)) {
            var wrong = new FieldError("incidentId", "must be 1 to 128 characters, without '/' and control characters");
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "invalid-incident", "incidentId " + wrong.message(), List.of(wrong));
        }
        return incidentId;
    }

    private IdempotentAnswer publish(Topic topic, TenantId tenant, String incidentId, SpecificRecord event)
            throws InterruptedException {
        var written = produce(topic, tenant, incidentId, event);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("tenantId", tenant.value());
        answer.put("incidentId", incidentId);
        answer.put("topic", written.topic());
        answer.put("partition", written.partition());
        answer.put("offset", written.offset());
        return new IdempotentAnswer(HttpStatus.ACCEPTED.value(), JSON.writeValueAsString(answer));
    }

    private RecordMetadata produce(Topic topic, TenantId tenant, String incidentId, SpecificRecord event)
            throws InterruptedException {
        var send = sends.submit(
                () -> kafka.send(record(topic, tenant, event)).get().getRecordMetadata());
        try {
            return send.get(patience.toMillis(), TimeUnit.MILLISECONDS);
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
