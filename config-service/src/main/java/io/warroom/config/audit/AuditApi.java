package io.warroom.config.audit;

import static io.warroom.config.openapi.Shape.line;
import static io.warroom.config.openapi.Shape.list;
import static io.warroom.config.openapi.Shape.named;
import static io.warroom.config.openapi.Shape.object;
import static io.warroom.config.openapi.Shape.string;
import static io.warroom.config.openapi.Shape.time;

import io.warroom.config.openapi.ApiDescription;
import io.warroom.config.openapi.Described;
import io.warroom.config.openapi.Shape;

/** What the audit's route takes and answers. */
public final class AuditApi implements Described {

    private static final String TOPIC = "Audit";
    private static final String ENTRY = """
            {"at": "2026-10-01T09:30:00Z", "actor": "operator", "role": "OPERATOR", "credential": "PASSWORD", \
            "remoteAddress": "10.0.0.7", "requestId": "5f0c8a52-0d5b-4b7e-9f39-7c2f6a1f0d11", "action": "app.key-changed", \
            "target": "mobile-apps/LARK", "changed": ["appSecret"], "before": {"endpoint": "LARK"}, "after": {"endpoint": "LARK"}}""";

    @Override
    public void describe(ApiDescription api) {
        api.topic(TOPIC, "Who changed what, when and from where. Never the secret itself.");
        api.shape(
                "AuditEntry",
                object().with("at", time())
                        .with("actor", string())
                        .with("role", string())
                        .with("credential", string())
                        .with("remoteAddress", string())
                        .with("requestId", string())
                        .with("action", string())
                        .with("target", string())
                        .with("changed", list(string()).saying("Names of what is different, secrets among them."))
                        .with("before", anything())
                        .with("after", anything()));
        api.route(TOPIC, "GET", "/audit", "listAudit", "A tenant's trail, newest first")
                .query("actor", line(AuditQuery.MAX_TEXT).saying("The whole of it."))
                .query(
                        "action",
                        line(AuditQuery.MAX_TEXT).saying("Such as `app.enabled`, `member.bound`, `api-token.revoked`."))
                .query("from", time().saying("At or after."))
                .query("to", time().saying("Before."))
                .query("limit", Shape.number(1, AuditQuery.MAX_LIMIT).otherwise(AuditQuery.DEFAULT_LIMIT))
                .query("cursor", string().saying("`nextCursor` of the page before."))
                .answers(
                        200,
                        "A page.",
                        object().with("entries", list(named("AuditEntry")))
                                .maybe("nextCursor", string().saying("Not on the last page.")),
                        "{\"entries\": [" + ENTRY + "]}")
                .refuses(400, "invalid-parameter");
    }

    private static Shape anything() {
        return object().others(Shape.anyOf(string(), Shape.count(), Shape.flag()))
                .saying("Settings by name; secrets masked.");
    }
}
