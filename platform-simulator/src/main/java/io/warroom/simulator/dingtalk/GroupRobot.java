package io.warroom.simulator.dingtalk;

import static io.warroom.simulator.dingtalk.DingtalkApi.legacyError;
import static io.warroom.simulator.dingtalk.DingtalkApi.legacyOk;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.Webhook;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A group's webhook, with keywords or a signature when it has them (custom-robots-send-group-messages). */
final class GroupRobot {
    private static final Set<String> TYPES = Set.of("text", "markdown", "link", "actionCard", "feedCard");
    private static final Duration SKEW = Duration.ofHours(1);
    private static final Duration BLOCK = Duration.ofMinutes(10);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    /** Of the standard edition, for all group robots and streams of an organisation. */
    private static final int A_MONTH = 3_000;

    private final World world;

    GroupRobot(World world) {
        this.world = world;
    }

    Answer send(Call call) {
        Webhook webhook =
                world.webhook(Platform.DINGTALK, call.query("access_token")).orElse(null);
        if (webhook == null) {
            // Probes met 300005, the page says 400101.
            Org meant = world.only(Platform.DINGTALK);
            return legacyError(meant == null ? 300005 : meant.number(Unsettled.UNKNOWN_ROBOT), "token is not exist");
        }
        if (webhook.room.dissolved) {
            return legacyError(400013, "the group was dissolved");
        }
        if (call.malformed()) {
            return legacyError(40035, "invalid parameter: the body is not a JSON object");
        }
        if (!webhook.secret.isEmpty() && !signed(webhook, call)) {
            return legacyError(310000, "sign not match");
        }
        String type = call.text("msgtype");
        if (!TYPES.contains(type)) {
            return legacyError(400105, "unsupported msgtype");
        }
        if (!MessageParts.hasParts(type, part(call, type))) {
            return legacyError(40035, "the message lacks a part of its type");
        }
        String text = RobotMessages.text(part(call, type));
        if (!webhook.lets(text)) {
            return legacyError(310000, "keywords not in content");
        }
        Org org = webhook.room.org;
        String uuid = call.text("msgUuid");
        String key = "robot\n" + webhook.key + "\n" + uuid;
        if (!uuid.isEmpty() && isRepeated(org, org.sent.get(key))) {
            return legacyOk(Map.of());
        }
        if (org.switches.limits() && tooFast(org, webhook)) {
            return legacyError(org.number(Unsettled.ROBOT_TOO_FAST), "too fast: blocked for 10 minutes");
        }
        if (org.switches.limits() && !org.meter.takeThisMonth(world.now(), "webhooks", A_MONTH)) {
            if (org.goes(Unsettled.WEBHOOK_QUOTA, "20001")) {
                return legacyError(20001, "the organisation's webhook calls of this month are used up");
            }
            world.drop(org, call.endpoint(), "the month's webhook calls are used up", webhook.key);
            return legacyOk(Map.of());
        }
        var message = world.post(webhook.room, type, text, call.body().toString());
        if (!uuid.isEmpty()) {
            org.sent.put(key, new Org.Sent(webhook.room, message, world.now()));
        }
        return legacyOk(Map.of());
    }

    private boolean isRepeated(Org org, Org.@Nullable Sent before) {
        return before != null
                && (org.goes(Unsettled.MSG_UUID_WINDOW, "FOR_EVER")
                        || before.at().plus(A_MINUTE).isAfter(world.now()));
    }

    private static JsonNode part(Call call, String type) {
        JsonNode part = call.body().path(type);
        return type.equals("feedCard") ? part.path("links").path(0) : part;
    }

    private boolean signed(Webhook webhook, Call call) {
        String timestamp = call.query("timestamp");
        if (!timestamp.matches("\\d{13}")) {
            return false;
        }
        Instant at = Instant.ofEpochMilli(Long.parseLong(timestamp));
        return Duration.between(at, world.now()).abs().compareTo(SKEW) <= 0
                && call.query("sign").equals(Webhook.sign(webhook.secret, timestamp + "\n" + webhook.secret));
    }

    private boolean tooFast(Org org, Webhook webhook) {
        if (world.now().isBefore(webhook.blockedUntil)) {
            return true;
        }
        boolean free = org.meter
                .take(world.now(), "robot " + webhook.key, 1, 20, A_MINUTE)
                .isZero();
        if (!free) {
            webhook.blockedUntil = world.now().plus(BLOCK);
        }
        return !free;
    }
}
