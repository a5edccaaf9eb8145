package io.warroom.config.token;

import static io.warroom.config.openapi.Shape.line;
import static io.warroom.config.openapi.Shape.list;
import static io.warroom.config.openapi.Shape.named;
import static io.warroom.config.openapi.Shape.object;
import static io.warroom.config.openapi.Shape.string;
import static io.warroom.config.openapi.Shape.time;

import io.warroom.config.openapi.ApiDescription;
import io.warroom.config.openapi.Described;
import io.warroom.config.openapi.Shape;

/** What the routes of API tokens take and answer. */
public final class TokenApi implements Described {

    private static final String TOPIC = "API tokens";
    private static final String TOKEN = """
            {"tokenId": "0b5c5d8e-8f0e-4d0e-9f43-6a4f2f0f6a11", "name": "pager", "createdAt": "2026-10-01T09:30:00Z", \
            "createdBy": "operator", "expired": false, "expiresAt": "2027-10-01T00:00:00Z\"""";

    @Override
    public void describe(ApiDescription api) {
        api.topic(TOPIC, "For programs that declare, update and resolve a tenant's incidents.");
        api.shape("ApiToken", token(object()));
        api.route(TOPIC, "GET", "/api-tokens", "listApiTokens", "The tokens that were not revoked")
                .answers(
                        200,
                        "Names and expiry; no token.",
                        object().with("apiTokens", list(named("ApiToken"))),
                        "{\"apiTokens\": [" + TOKEN + "}]}");
        api.route(TOPIC, "POST", "/api-tokens", "createApiToken", "Make a token")
                .takes(object().with("name", line(ApiTokens.MAX_NAME).saying("What it is for."))
                        .maybe(
                                "expiresAt",
                                string().format("date-time")
                                        .saying("In the future; left out, it holds until it is revoked.")
                                        .like("2999-10-01T00:00:00Z")))
                .like("pager", """
                        {"name": "pager", "expiresAt": "2999-10-01T00:00:00Z"}""")
                .answers(
                        201,
                        "The token, this once: an answer that is repeated for its Idempotency-Key is without it.",
                        token(object())
                                .maybe(
                                        "token",
                                        string().matching("^wrt_[A-Za-z0-9_-]{43}$")
                                                .saying("Shown here and never again.")),
                        TOKEN + ", \"token\": \"wrt_8JbQm0vW2xkYtR5uC7nZ1aD3fG6hL9pS4eK0iO2rTqU\"}",
                        "Idempotency-Replayed")
                .refuses(400, "invalid-idempotency-key")
                .refuses(409, "too-many-tokens", "request-under-way")
                .refuses(422, "idempotency-key-reused")
                .refuses(429, "too-many-keys");
        api.route(TOPIC, "DELETE", "/api-tokens/{tokenId}", "revokeApiToken", "Revoke a token")
                .answers(204, "Refused from now on, by every instance.")
                .refuses(404, "no-such-token");
    }

    private static Shape token(Shape object) {
        return object.with("tokenId", string().format("uuid"))
                .with("name", string())
                .with("createdAt", time())
                .with("createdBy", string())
                .with("expired", Shape.flag())
                .maybe("expiresAt", time())
                .maybe("lastUsedAt", time().saying("To within 15 minutes."));
    }
}
