package io.warroom.config.app;

import io.warroom.config.http.Fields;
import io.warroom.config.sealing.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An app as a request gives it: checked for slips of the hand, its secrets still in the clear (and redacted in text). */
record AppParameters(
        String identity,
        String serviceId,
        @Nullable String groupTemplateId,
        @Nullable String robotId,
        String endpoint,
        @Nullable String defaultOwner,
        Map<String, Secret> secrets) {

    static final int MAX_ID = 128;
    static final int MAX_SECRET = 512;

    /**
     * Reads and checks a body.
     *
     * @throws io.warroom.config.http.Problem 422 naming every field at fault
     */
    static AppParameters read(AppKind kind, Fields body, List<String> allowedBaseUrls) {
        var identity = word(body, kind.identityField, MAX_ID);
        var secrets = new LinkedHashMap<String, Secret>();
        for (var field : kind.secretFields) {
            var secret = word(body, field, MAX_SECRET);
            if (!secret.isEmpty() && secret.equals(identity)) {
                body.refuse(field, "is the same as " + kind.identityField + ": copy the secret, not the id");
            }
            if (secrets.containsValue(new Secret(secret)) && !secret.isEmpty()) {
                body.refuse(field, "is the same as " + secrets.firstEntry().getKey() + ": each has its own secret");
            }
            secrets.put(field, new Secret(secret));
        }
        var dingTalk = kind == AppKind.DINGTALK;
        var template = dingTalk ? word(body, "groupTemplateId", MAX_ID) : null;
        var robot = dingTalk ? word(body, "robotId", MAX_ID) : null;
        if (template != null && !template.isEmpty() && template.equals(robot)) {
            body.refuse("robotId", "is the same as groupTemplateId: copy the robot's own id");
        }
        var serviceId = kind == AppKind.LARK ? larkServiceId(body, identity, secrets) : body.requireDigits("serviceId");
        if (kind == AppKind.WECOM && !serviceId.isEmpty() && Long.parseLong(serviceId) > Integer.MAX_VALUE) {
            body.refuse("serviceId", "is too large for an agent id: copy AgentId from the app's page");
        }
        var endpoint = endpoint(kind, body, allowedBaseUrls);
        var owner = body.findText("defaultOwner", MAX_ID);
        refuseSpaces(body, "defaultOwner", owner);
        body.requireValid();
        return new AppParameters(identity, serviceId, template, robot, endpoint, owner, Map.copyOf(secrets));
    }

    private static String larkServiceId(Fields body, String appId, Map<String, Secret> secrets) {
        if (!appId.isEmpty() && !appId.startsWith("cli_")) {
            body.refuse("appId", "must begin with cli_: copy the App ID from the app's credentials page");
        }
        var secret = secrets.get("appSecret");
        if (secret != null && secret.value().startsWith("cli_")) {
            body.refuse(
                    "appSecret", "begins with cli_ as app ids do: the App ID and the App Secret were perhaps swapped");
        }
        var given = body.findText("serviceId", MAX_ID);
        if (given != null && !given.equals(appId)) {
            body.refuse("serviceId", "must equal appId on Lark: leave it out");
        }
        return appId;
    }

    private static String endpoint(AppKind kind, Fields body, List<String> allowedBaseUrls) {
        var given = body.findText("endpoint", 2048);
        if (given == null) {
            return kind.regions.getFirst();
        }
        if (!kind.regions.contains(given) && !allowedBaseUrls.contains(given)) {
            body.refuse(
                    "endpoint",
                    "must be one of " + kind.regions
                            + ", or a base URL that the operator allows (warroom.endpoints.allowed-base-urls)");
        }
        return given;
    }

    private static String word(Fields body, String field, int max) {
        var text = body.requireText(field, max);
        refuseSpaces(body, field, text);
        return text;
    }

    private static void refuseSpaces(Fields body, String field, @Nullable String text) {
        if (text != null && text.codePoints().anyMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))) {
            body.refuse(field, "has a space in it, perhaps at its beginning or end: remove it");
        }
    }
}
