package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;
import static io.warroom.simulator.wecom.WecomApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.Webhook;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A group's webhook, whose key is all it asks for (path/99110, 2025-08-07; path/91770). */
final class GroupRobot {
    private static final Map<String, Integer> MOST_BYTES =
            Map.of("text", 2048, "markdown", 4096, "markdown_v2", 4096, "news", Integer.MAX_VALUE);

    private final World world;
    private final Limits limits;

    GroupRobot(World world, Limits limits) {
        this.world = world;
        this.limits = limits;
    }

    Answer send(Call call) {
        Webhook webhook = world.webhook(Platform.WECOM, call.query("key")).orElse(null);
        if (webhook == null) {
            return error(93000, "invalid webhook url");
        }
        if (call.malformed()) {
            return error(47001, "data format error. Warning: wrong json format.");
        }
        String type = call.text("msgtype");
        Integer most = MOST_BYTES.get(type);
        if (most == null) {
            return error(40008, "invalid message type");
        }
        String text = Text.of(call.body().path(type));
        if (text.isBlank()) {
            return error(44004, "empty content");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > most) {
            return error(40058, type + ".content exceed max length " + most);
        }
        if (webhook.room.org.switches.limits() && !limits.takeRobotMessage(webhook)) {
            return WecomApi.tooOften();
        }
        world.post(webhook.room, type, text, call.body().toString());
        return ok(Map.of());
    }
}
