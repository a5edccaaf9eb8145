package io.warroom.config.retry;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.idempotency.AnswerBody;
import io.warroom.config.idempotency.IdempotencyKeys;
import io.warroom.config.idempotency.IdempotentAnswer;
import io.warroom.event.IncidentLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST .../war-rooms/{incidentId}/retry}. Safe for concurrent use. */
@RestController
public final class RetryController {

    private final Retries retries;
    private final IdempotencyKeys keys;

    /** Answers once the broker has the retry. */
    public RetryController(Retries retries, IdempotencyKeys keys) {
        this.retries = retries;
        this.keys = keys;
    }

    /** Tries the incident again. */
    @PostMapping("/api/v1/tenants/{tenantId}/war-rooms/{incidentId}/retry")
    public ResponseEntity<AnswerBody> retry(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("incidentId") String incidentId,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key)
            throws InterruptedException {
        var tenant = new TenantId(tenantId);
        if (!IncidentLimits.isIncidentId(incidentId)) {
            var wrong = new FieldError("incidentId", "must be 1 to 128 characters, without '/' and control characters");
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "invalid-incident", "incidentId " + wrong.message(), List.of(wrong));
        }
        return keys.once(tenant, "war-rooms/" + incidentId + "/retry", key, new byte[0], "", () -> {
            var written = retries.retry(tenant, incidentId);
            return IdempotentAnswer.of(HttpStatus.ACCEPTED.value(), written.json());
        });
    }
}
