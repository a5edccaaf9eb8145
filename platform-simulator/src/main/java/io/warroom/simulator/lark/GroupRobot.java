package io.warroom.simulator.lark;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.Webhook;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A chat's webhook: content is an object here, and a refusal is HTTP 200 (custom-bot-guide). */
final class GroupRobot {
    private static final Duration SKEW = Duration.ofHours(1);

    private final World world;

    GroupRobot(World world) {
        this.world = world;
    }

    /** Gives the robot that the call's path names, or null. */
    @Nullable
    Webhook of(Call call) {
        return world.webhook(Platform.LARK, call.path().substring(call.path().lastIndexOf('/') + 1))
                .orElse(null);
    }

    Answer send(Call call) {
        Webhook webhook = of(call);
        if (webhook == null || webhook.room.dissolved) {
            return refused(19001, "param invalid: incoming webhook access token invalid");
        }
        if (call.malformed()) {
            return refused(9499, "Bad Request");
        }
        String type = call.text("msg_type");
        if (type.isEmpty()) {
            return refused(19002, "params error, msg_type need");
        }
        JsonNode content = call.body().path(type.equals("interactive") ? "card" : "content");
        if (!content.isObject()) {
            return refused(9499, "Bad Request");
        }
        if (MessageParts.refusal(type, content) != null) {
            return refused(9499, "Bad Request");
        }
        if (!webhook.secret.isEmpty() && !signed(webhook, call)) {
            return refused(19021, "sign match fail or timestamp is not within one hour from current time");
        }
        String raw = call.body().toString();
        if (raw.getBytes(StandardCharsets.UTF_8).length > webhook.room.org.number(Unsettled.ROBOT_KILOBYTES) * 1024) {
            return refused(19036, "the body is too long");
        }
        String text = Messages.readable(content);
        if (!webhook.lets(text)) {
            return refused(19024, "Key Words Not Found");
        }
        if (webhook.room.org.switches.limits() && tooFast(webhook)) {
            return refused(11232, "frequency limited");
        }
        world.post(webhook.room, type, text, raw);
        return Answer.json(
                200,
                Map.of("StatusCode", 0, "StatusMessage", "success", "code", 0, "data", Map.of(), "msg", "success"),
                false);
    }

    private boolean signed(Webhook webhook, Call call) {
        String timestamp = call.text("timestamp");
        if (!timestamp.matches("\\d{1,12}")) {
            return false;
        }
        Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp));
        return Duration.between(at, world.now()).abs().compareTo(SKEW) <= 0
                && call.text("sign").equals(Webhook.sign(timestamp + "\n" + webhook.secret, ""));
    }

    private boolean tooFast(Webhook webhook) {
        var meter = webhook.room.org.meter;
        String what = "robot " + webhook.key;
        return !meter.take(world.now(), what, 1, 5, Duration.ofSeconds(1)).isZero()
                || !meter.take(world.now(), what, 1, 100, Duration.ofMinutes(1)).isZero();
    }

    private static Answer refused(int code, String why) {
        return Answer.json(200, Map.of("code", code, "msg", why, "data", Map.of()), true);
    }
}
