package io.warroom.simulator.lark;

import static io.warroom.simulator.lark.LarkApi.error;
import static io.warroom.simulator.lark.LarkApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Message;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Messages into chats: once a uuid within an hour. */
final class Messages {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Set<String> READABLE = Set.of("text", "content", "title", "name");

    private final World world;

    Messages(World world) {
        this.world = world;
    }

    Answer send(Org org, Call call) {
        if (!call.query("receive_id_type").equals("chat_id")) {
            return error(230034, "only receive_id_type=chat_id is simulated");
        }
        Room room = world.room(org, call.text("receive_id"));
        if (room == null) {
            return error(230002, "the bot is not in the chat");
        }
        if (room.dissolved) {
            return error(232009, "the chat was dissolved");
        }
        String type = call.text("msg_type");
        if (!Set.of("text", "post", "interactive").contains(type)) {
            return error(230001, "msg_type is not simulated: " + type);
        }
        String raw = call.body().path("content").isString() ? call.text("content") : "";
        String uuid = call.text("uuid");
        JsonNode content = Json.object(raw);
        if (content.isMissingNode() || uuid.length() > 50) {
            return error(230001, "content must be a JSON object in a string, uuid at most 50 characters");
        }
        if (raw.getBytes(StandardCharsets.UTF_8).length > (type.equals("text") ? 150 : 30) * 1024) {
            return error(230025, "the message is too long");
        }
        Org.Sent before = uuid.isEmpty() ? null : org.sent.get(uuid);
        if (before != null && before.at().plus(WINDOW).isAfter(world.now())) {
            return ok(describe(org, before.room(), before.message(), before.at()));
        }
        if (org.switches.limits()
                && !org.meter
                        .take(world.now(), "to " + room.roomId, 1, 5, Duration.ofSeconds(1))
                        .isZero()) {
            return error(230020, "more than 5 messages a second in the chat");
        }
        Message message = world.post(room, type, readable(content), raw);
        if (!uuid.isEmpty()) {
            org.sent.put(uuid, new Org.Sent(room, message, world.now()));
        }
        return ok(describe(org, room, message, world.now()));
    }

    /** Gives what people read of a content or a card. */
    static String readable(JsonNode content) {
        List<String> texts = new ArrayList<>();
        collect(content, texts);
        return String.join("\n", texts);
    }

    private static void collect(JsonNode node, List<String> texts) {
        if (node.isObject()) {
            for (var field : node.properties()) {
                if (field.getValue().isString() && READABLE.contains(field.getKey())) {
                    texts.add(field.getValue().asString());
                } else {
                    collect(field.getValue(), texts);
                }
            }
        } else {
            node.values().forEach(child -> collect(child, texts));
        }
    }

    private static Map<String, Object> describe(Org org, Room room, Message message, Instant at) {
        return Map.of(
                "message_id",
                message.messageId(),
                "chat_id",
                room.roomId,
                "msg_type",
                message.type(),
                "create_time",
                String.valueOf(at.toEpochMilli()),
                "deleted",
                false,
                "updated",
                false,
                "sender",
                Map.of("id", org.app("appId"), "id_type", "app_id", "sender_type", "app", "tenant_key", org.tenantId),
                "body",
                Map.of("content", message.raw()));
    }
}
