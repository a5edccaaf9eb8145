package io.warroom.config.member;

import static io.warroom.config.openapi.Shape.id;
import static io.warroom.config.openapi.Shape.list;
import static io.warroom.config.openapi.Shape.named;
import static io.warroom.config.openapi.Shape.object;
import static io.warroom.config.openapi.Shape.oneOf;

import io.warroom.config.openapi.ApiDescription;
import io.warroom.config.openapi.Described;
import io.warroom.config.openapi.Shape;
import io.warroom.event.Platform;

/** What the routes of members take and answer. */
public final class MemberApi implements Described {

    private static final String TOPIC = "Members";
    private static final String PERSON = "/members/{personId}";
    private static final String BINDING = """
            {"platform": "LARK", "platformUserId": "ou_7d8a6e6df7621556ce0d21922b676706", "revision": 1, \
            "changedAt": "2026-10-01T09:30:00Z"}""";

    @Override
    public void describe(ApiDescription api) {
        api.topic(TOPIC, "Who a person is on the platforms, so that nobody must be looked up when a room opens.");
        api.shape(
                "Binding",
                object().with("platform", platforms())
                        .with("platformUserId", id())
                        .with("revision", Shape.count().saying("Grows with every change."))
                        .with("changedAt", Shape.time()));
        api.route(TOPIC, "GET", PERSON, "findBindings", "A person's bindings")
                .answers(
                        200,
                        "The bindings that hold.",
                        object().with("personId", id()).with("bindings", list(named("Binding"))),
                        "{\"personId\": \"p-17\", \"bindings\": [" + BINDING + "]}")
                .refuses(400, "invalid-person")
                .refuses(404, "not-bound");
        api.route(TOPIC, "PUT", PERSON, "bindPerson", "Bind a person to a platform user")
                .takes(object().with("platform", platforms())
                        .with(
                                "platformUserId",
                                id().saying("User id (WeCom, DingTalk) or open id (Lark) on the platform.")))
                .like("lark", """
                        {"platform": "LARK", "platformUserId": "ou_7d8a6e6df7621556ce0d21922b676706"}""")
                .answers(
                        200,
                        "Bound; what was bound so already is not changed.",
                        named("Binding"),
                        BINDING,
                        "ETag",
                        "Idempotency-Replayed")
                .answers(201, "Bound for the first time.", named("Binding"), BINDING, "ETag", "Idempotency-Replayed")
                .refuses(400, "invalid-person", "invalid-idempotency-key")
                .refuses(409, "changed-meanwhile", "request-under-way")
                .refuses(412, "stale")
                .refuses(422, "idempotency-key-reused")
                .refuses(428, "precondition-required")
                .refuses(429, "too-many-keys");
        api.route(TOPIC, "DELETE", PERSON, "unbindPerson", "Take a person's bindings back")
                .saying("On one platform, or on all when `platform` is left out.")
                .answers(204, "None is left.")
                .refuses(400, "invalid-person", "invalid-parameter")
                .refuses(404, "not-bound")
                .refuses(409, "changed-meanwhile");
    }

    private static Shape platforms() {
        return oneOf(Platform.WECOM, Platform.DINGTALK, Platform.LARK);
    }
}
