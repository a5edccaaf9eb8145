package io.warroom.config.app;

import static io.warroom.config.openapi.Shape.anyOf;
import static io.warroom.config.openapi.Shape.list;
import static io.warroom.config.openapi.Shape.named;
import static io.warroom.config.openapi.Shape.object;
import static io.warroom.config.openapi.Shape.oneOf;
import static io.warroom.config.openapi.Shape.string;
import static io.warroom.config.openapi.Shape.word;

import io.warroom.config.openapi.ApiDescription;
import io.warroom.config.openapi.Described;
import io.warroom.config.openapi.Shape;
import io.warroom.event.AppHealthState;
import io.warroom.platform.AppFinding;
import java.util.Map;

/** What the routes of mobile apps take and answer. */
public final class AppApi implements Described {

    private static final String TOPIC = "Mobile apps";
    private static final String APP = "/mobile-apps/{platform}";

    /** A parameter's meaning, by its name. */
    private static final Map<String, String> MEANINGS = Map.of(
            "enterpriseId", "Corp ID. Never changes.",
            "enterpriseKey", "Secret of the app.",
            "addressBookKey", "Secret of the contacts sync.",
            "clientId", "Client ID (AppKey). Never changes.",
            "clientSecret", "Client Secret (AppSecret).",
            "appId", "App ID. Never changes.",
            "appSecret", "App Secret.");

    private static final String LARK_APP = """
            {"appId": "cli_9f3a5c8e7b21d00e", "appSecret": "Zp3kQ1vT8nWmR5xYb7Lc2Hd9Fs4Gj6Ka", "endpoint": "FEISHU", \
            "defaultOwner": "ou_7d8a6e6df7621556ce0d21922b676706"}""";

    private static final String WECOM_APP = """
            {"enterpriseId": "ww1a2b3c4d5e6f7a8b", "enterpriseKey": "kR4tYw8Zq2Xv6Nb1Mc5Lp9Hj3Gf7Ds0A", \
            "addressBookKey": "uI7oPa3Sd9Fg1Hj5Kl2Zx6Cv8Bn4Mq0W", "serviceId": 1000002, "defaultOwner": "ZhangSan"}""";

    private static final String DINGTALK_APP = """
            {"clientId": "dingabcdef123456", "clientSecret": "Qw3eRt5yUi7oPa9sDf1gHj4kLz6xCv8bNm2", \
            "groupTemplateId": "3f2a-template", "robotId": "dingrobot123", "serviceId": 2879417003, "defaultOwner": "manager01"}""";

    private static final String SHOWN = """
            {"platform": "LARK", "enabled": true, "active": true, "revision": 3, "changedAt": "2026-10-01T09:30:00Z", \
            "activation": 5, "appId": "cli_9f3a5c8e7b21d00e", "appSecret": "********", "serviceId": "cli_9f3a5c8e7b21d00e", \
            "endpoint": "FEISHU"}""";

    private static final String FINDING = """
            {"severity": "ERROR", "code": "PERMISSION_MISSING", "message": "The app may not create chats.", \
            "remedy": "Add im:chat to the app and publish a version.", "platformCode": "99991672", "requestId": "2026100109"}""";

    @Override
    public void describe(ApiDescription api) {
        api.topic(
                TOPIC,
                "The apps that open a tenant's rooms, one a platform. The active one opens rooms unless an incident names"
                        + " another platform.");
        for (var kind : AppKind.values()) {
            api.shape(settingsOf(kind), settings(kind));
        }
        api.shape("AppSettings", anyOf(named("WECOMSettings"), named("DINGTALKSettings"), named("LARKSettings")));
        api.shape("MobileApp", shown());
        api.shape("Finding", finding());

        api.route(TOPIC, "GET", "/mobile-apps", "listApps", "All three platforms' apps, enabled or not")
                .answers(
                        200,
                        "All three, enabled or not.",
                        object().with("apps", list(named("MobileApp"))),
                        "{\"apps\": [" + SHOWN + "]}");
        examples(api.route(TOPIC, "PUT", APP, "enableApp", "Enable an app")
                        .saying(
                                "Asks the platform first whether it takes the app, and stores nothing if not. Enabling again after"
                                        + " a deletion may name another identity."))
                .answers(201, "Enabled, and the active app.", named("MobileApp"), SHOWN, "ETag", "Idempotency-Replayed")
                .refuses(400, "bad-request", "invalid-idempotency-key")
                .refuses(404, "unknown-platform")
                .refuses(409, "already-enabled", "request-under-way")
                .refuses(412, "stale")
                .refuses(422, "app-refused", "idempotency-key-reused")
                .refuses(429, "too-many-checks", "too-many-keys")
                .refuses(503, "checks-busy");
        examples(api.route(TOPIC, "PUT", APP + "/key", "changeKey", "Change an app's key and settings")
                        .saying("The body is whole, as for enabling; the identity must be the app's own."))
                .answers(200, "Changed.", named("MobileApp"), SHOWN, "ETag", "Idempotency-Replayed")
                .refuses(400, "bad-request", "invalid-idempotency-key")
                .refuses(404, "unknown-platform", "not-enabled")
                .refuses(409, "changed-meanwhile", "request-under-way")
                .refuses(412, "stale")
                .refuses(428, "precondition-required")
                .refuses(422, "app-refused", "idempotency-key-reused")
                .refuses(429, "too-many-checks", "too-many-keys")
                .refuses(503, "checks-busy");
        api.route(TOPIC, "POST", APP + "/activate", "activateApp", "Make an app the active one")
                .answers(200, "It is the active one now.", named("MobileApp"), SHOWN, "ETag", "Idempotency-Replayed")
                .refuses(400, "invalid-idempotency-key")
                .refuses(404, "unknown-platform", "not-enabled")
                .refuses(409, "changed-meanwhile", "request-under-way")
                .refuses(412, "stale")
                .refuses(422, "idempotency-key-reused")
                .refuses(428, "precondition-required")
                .refuses(429, "too-many-keys");
        examples(api.route(
                        TOPIC, "POST", APP + "/check", "checkApp", "Check an app with its platform and store nothing"))
                .answers(
                        200,
                        "What was found.",
                        object().with("platform", oneOf(AppKind.values()))
                                .with(
                                        "severity",
                                        oneOf(AppFinding.Severity.values()).saying("Of the worst finding."))
                                .with("findings", list(named("Finding"))),
                        "{\"platform\": \"LARK\", \"severity\": \"ERROR\", \"findings\": [" + FINDING + "]}")
                .refuses(400, "bad-request")
                .refuses(404, "unknown-platform")
                .refuses(429, "too-many-checks")
                .refuses(503, "checks-busy");
        api.route(TOPIC, "DELETE", APP, "deleteApp", "Delete an app and its secrets")
                .answers(204, "Deleted.")
                .refuses(404, "unknown-platform", "not-enabled")
                .refuses(409, "changed-meanwhile")
                .refuses(412, "stale")
                .refuses(428, "precondition-required");
    }

    private static ApiDescription.Route examples(ApiDescription.Route route) {
        return route.takes(named("AppSettings"))
                .like("lark", LARK_APP)
                .like("wecom", WECOM_APP)
                .like("dingtalk", DINGTALK_APP);
    }

    private static String settingsOf(AppKind kind) {
        return kind.name() + "Settings";
    }

    private static Shape settings(AppKind kind) {
        var dingTalk = kind == AppKind.DINGTALK;
        var lark = kind == AppKind.LARK;
        var settings = object().saying("An app of " + kind + ", its fields named as the platform's console names them.")
                .note("x-platform", kind.name())
                .with(kind.identityField, identity(kind));
        for (var secret : kind.secretFields) {
            var shape = word(AppParameters.MAX_SECRET).secret().saying(meaning(secret));
            settings.with(secret, lark ? shape.matching("^(?!cli_)[^\\s\\u0000-\\u001f\\u007f-\\u009f]+$") : shape);
        }
        if (dingTalk) {
            settings.with("groupTemplateId", word(AppParameters.MAX_ID).saying("Of the group's template."))
                    .with("robotId", word(AppParameters.MAX_ID).saying("Robot code; not the template's id."));
        }
        if (lark) {
            settings.maybe(
                    "serviceId",
                    word(AppParameters.MAX_ID)
                            .saying("Equals `appId`: leave it out.")
                            .note("x-same-as", kind.identityField));
        } else {
            long most = dingTalk ? 999_999_999_999_999_999L : Integer.MAX_VALUE;
            settings.with(
                    "serviceId",
                    anyOf(
                                    Shape.number(0, most),
                                    string().matching(dingTalk ? "^[0-9]{1,18}$" : "^[0-9]{1,9}$")
                                            .like("1000002"))
                            .saying("Agent ID, as a number or as digits."));
        }
        return settings.maybe(
                        "endpoint",
                        string().saying(
                                        "One of " + String.join(", ", kind.regions)
                                                + " (the first is meant when it is left out), or a base URL that the operator allows.")
                                .note("x-values", kind.regions))
                .maybe(
                        "defaultOwner",
                        word(AppParameters.MAX_ID)
                                .saying("The platform user who owns rooms when the incident names nobody usable."));
    }

    private static Shape identity(AppKind kind) {
        var identity = word(AppParameters.MAX_ID).saying(meaning(kind.identityField));
        return kind == AppKind.LARK
                ? identity.matching("^cli_[^\\s\\u0000-\\u001f\\u007f-\\u009f]*$")
                        .like("cli_9f3a5c8e7b21d00e")
                : identity;
    }

    private static Shape shown() {
        var shown = object().saying("An app as it may be shown: that it has secrets is told, the secrets are not.")
                .with("platform", oneOf(AppKind.values()))
                .with("enabled", Shape.flag())
                .with("active", Shape.flag().saying("Whether it opens rooms when an incident names no platform."))
                .with("revision", Shape.count().saying("Grows with every change; 0 when there never was one."))
                .maybe(
                        "health",
                        object().saying(
                                        "What the workers last found of it; absent while they have said nothing of its keys.")
                                .with("state", oneOf(AppHealthState.values()))
                                .with("since", Shape.time())
                                .with("detail", string().saying("For people, with what to do."))
                                .maybe("platformCode", string())
                                .with("revision", Shape.count()))
                .maybe("changedAt", Shape.time())
                .maybe("activation", Shape.count().saying("The enabled app with the greatest one is the active app."));
        for (var kind : AppKind.values()) {
            shown.maybe(kind.identityField, string());
            kind.secretFields.forEach(secret ->
                    shown.maybe(secret, Shape.exactly(ShownApp.MASK).saying("There is one; it is not shown.")));
        }
        return shown.maybe("serviceId", string())
                .maybe("endpoint", string())
                .maybe("groupTemplateId", string())
                .maybe("robotId", string())
                .maybe("defaultOwner", string())
                .maybe("findings", list(named("Finding")).saying("What the platform said, when it was asked."));
    }

    private static Shape finding() {
        return object().saying("One thing that a check found.")
                .with("severity", oneOf(AppFinding.Severity.values()))
                .with("code", oneOf(AppFinding.Code.values()))
                .with("message", string())
                .maybe("remedy", string().saying("What to do, and where in the platform's console."))
                .maybe("platformCode", string().saying("The platform's own code."))
                .maybe("requestId", string().saying("For the platform's support."))
                .likeJson(FINDING);
    }

    private static String meaning(String field) {
        var meaning = MEANINGS.get(field);
        if (meaning == null) {
            throw new IllegalStateException("nobody says what it is: " + field);
        }
        return meaning;
    }
}
