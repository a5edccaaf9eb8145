package io.warroom.config.retry;

import static io.warroom.config.openapi.Shape.named;

import io.warroom.config.openapi.ApiDescription;
import io.warroom.config.openapi.Described;

/** What the route answers. */
public final class RetryApi implements Described {

    @Override
    public void describe(ApiDescription api) {
        api.route("War rooms", "POST", "/war-rooms/{incidentId}/retry", "retryIncident", "Try an incident again")
                .saying(
                        "Tries again what failed or waits, and posts a first message that is not sent. The original declaration is"
                                + " used, so the answer is 410 once it has left its topic, after 7 days. The state is the read"
                                + " model's, which may lag behind the topics for some seconds.")
                .answers(202, "The topic has it.", named("Accepted"), """
                        {"tenantId": "acme", "incidentId": "INC-4711", "topic": "incident-declared", "partition": 3, "offset": 57}""", "Idempotency-Replayed")
                .refuses(400, "invalid-incident", "invalid-idempotency-key")
                .refuses(404, "no-such-incident")
                .refuses(409, "nothing-to-retry", "request-under-way")
                .refuses(410, "declaration-expired")
                .refuses(422, "idempotency-key-reused")
                .refuses(429, "too-many-keys")
                .refuses(503, "broker-unavailable");
    }
}
