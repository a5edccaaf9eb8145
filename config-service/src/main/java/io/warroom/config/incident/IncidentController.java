package io.warroom.config.incident;

import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.event.IncidentDeclared;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Declares incidents over HTTP: answered only once the broker has the event. Safe for concurrent use. */
@RestController
public final class IncidentController implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(IncidentController.class);

    private final KafkaTemplate<String, Object> kafka;
    private final String topic;
    private final Clock clock;
    private final Supplier<String> eventIds;
    private final Duration patience;

    /** The producer may wait for metadata, and the serializer for the registry, before there is a future to wait on. */
    private final ExecutorService sends = Executors.newVirtualThreadPerTaskExecutor();

    /** @param patience how long a caller waits at most for the broker */
    public IncidentController(
            KafkaTemplate<String, Object> kafka,
            String topicPrefix,
            Clock clock,
            Supplier<String> eventIds,
            Duration patience) {
        this.kafka = kafka;
        this.topic = Topic.INCIDENT_DECLARED.name(topicPrefix);
        this.clock = clock;
        this.eventIds = eventIds;
        this.patience = patience;
    }

    /** Declares an incident. */
    @PostMapping(path = "/api/v1/tenants/{tenantId}/incidents", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<Map<String, Object>> declare(@PathVariable("tenantId") String tenantId, InputStream body)
            throws IOException, InterruptedException {
        var incident = IncidentForm.read(new TenantId(tenantId), JsonBody.read(body), clock.instant());
        var written = produce(incident);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("tenantId", incident.getTenantId());
        answer.put("incidentId", incident.getIncidentId());
        answer.put("topic", written.topic());
        answer.put("partition", written.partition());
        answer.put("offset", written.offset());
        return ResponseEntity.accepted().body(answer);
    }

    @Override
    public void close() {
        sends.shutdownNow();
    }

    private RecordMetadata produce(IncidentDeclared incident) throws InterruptedException {
        var send = sends.submit(() -> kafka.send(record(incident)).get().getRecordMetadata());
        try {
            return send.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            send.cancel(true);
            log.atWarn()
                    .addKeyValue("tenant", incident.getTenantId())
                    .addKeyValue("incidentId", incident.getIncidentId())
                    .setCause(e)
                    .log("Incident was not accepted by the broker");
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "broker-unavailable",
                    "Kafka or the schema registry did not accept the incident in time. Send it again with the same incidentId:"
                            + " it is safe, an incident has one room however often it is declared.");
        }
    }

    private ProducerRecord<String, Object> record(IncidentDeclared incident) {
        var record = new ProducerRecord<String, Object>(topic, incident.getTenantId(), incident);
        var headers = Map.of(
                "ce_specversion", "1.0",
                "ce_id", eventIds.get(),
                "ce_source", "/warroom/config-service",
                "ce_type", "io.warroom.incident-declared",
                "ce_time", clock.instant().toString(),
                "content-type", "application/avro");
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }
}
