package io.warroom.config.incident;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.idempotency.AnswerBody;
import io.warroom.config.idempotency.IdempotencyKeys;
import io.warroom.config.idempotency.IdempotentAnswer;
import io.warroom.event.IncidentLimits;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Declares, updates and resolves incidents over HTTP: answered only once the broker has the event. Safe for concurrent use. */
@RestController
public final class IncidentController {

    private final Incidents incidents;
    private final IdempotencyKeys keys;
    private final Clock clock;

    public IncidentController(Incidents incidents, IdempotencyKeys keys, Clock clock) {
        this.incidents = incidents;
        this.keys = keys;
        this.clock = clock;
    }

    /** Declares an incident. */
    @PostMapping(path = "/api/v1/tenants/{tenantId}/incidents", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> declare(
            @PathVariable("tenantId") String tenantId,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var bytes = JsonBody.bytes(body);
        return keys.once(tenant, "incidents", key, bytes, "", () -> {
            var declared = incidents.declare(tenant, JsonBody.fields(bytes));
            return IdempotentAnswer.of(HttpStatus.ACCEPTED.value(), declared.json());
        });
    }

    /** Says what has changed about an incident. Whether it was declared is not asked: its declaration may be on its way. */
    @PatchMapping(
            path = "/api/v1/tenants/{tenantId}/incidents/{incidentId}",
            consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> update(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("incidentId") String incidentId,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var route = "incidents/" + requireId(incidentId);
        var bytes = JsonBody.bytes(body);
        return keys.once(tenant, route, key, bytes, "", () -> {
            var update = IncidentForm.readUpdate(tenant, incidentId, JsonBody.fields(bytes), clock.instant());
            return publish(Topic.INCIDENT_UPDATED, tenant, incidentId, update);
        });
    }

    /** Says that an incident is over. Whether it was declared is not asked: its declaration may be on its way. */
    @PostMapping(
            path = "/api/v1/tenants/{tenantId}/incidents/{incidentId}/resolve",
            consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> resolve(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("incidentId") String incidentId,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var route = "incidents/" + requireId(incidentId) + "/resolve";
        var bytes = JsonBody.bytes(body);
        return keys.once(tenant, route, key, bytes, "", () -> {
            var resolution = IncidentForm.readResolution(tenant, incidentId, JsonBody.fields(bytes), clock.instant());
            return publish(Topic.INCIDENT_RESOLVED, tenant, incidentId, resolution);
        });
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
        var written = incidents.produce(topic, tenant, incidentId, event);
        return IdempotentAnswer.of(HttpStatus.ACCEPTED.value(), written.json());
    }
}
