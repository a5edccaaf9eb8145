package io.warroom.simulator.lark;

import static io.warroom.simulator.lark.LarkApi.error;
import static io.warroom.simulator.lark.LarkApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.DirectMessage;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Message;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Unsettled;
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
    private static final Map<String, IdType> PEOPLE =
            Map.of("open_id", IdType.OPEN_ID, "union_id", IdType.UNION_ID, "user_id", IdType.USER_ID);
    private static final Set<String> READABLE = Set.of("text", "content", "title", "name");

    private final World world;

    Messages(World world) {
        this.world = world;
    }

    Answer send(Org org, Call call) {
        String receiver = call.query("receive_id_type");
        if (PEOPLE.containsKey(receiver)) {
            return sendToPerson(org, PEOPLE.getOrDefault(receiver, IdType.OPEN_ID), call);
        }
        if (!receiver.equals("chat_id")) {
            return error(230034, "receive_id_type must be chat_id, open_id, union_id or user_id");
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
        Answer refusal = MessageParts.refusal(type, content);
        if (refusal != null) {
            return refusal;
        }
        Org.Sent before = uuid.isEmpty() ? null : org.sent.get(uuid);
        if (before != null && before.at().plus(WINDOW).isAfter(world.now())) {
            return switch (org.way(Unsettled.REPEATED_MESSAGE)) {
                case "ERROR" -> error(230001, "uuid was used");
                case "IN_PROGRESS_230049" ->
                    org.inProgress.add("message\n" + uuid)
                            ? error(230049, "the message is being sent")
                            : ok(describe(org, before.room(), before.message(), before.at()));
                default -> ok(describe(org, before.room(), before.message(), before.at()));
            };
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

    /** To one person alone, once a uuid within an hour. */
    private Answer sendToPerson(Org org, IdType type, Call call) {
        Person person = IdType.person(type, org, call.text("receive_id")).orElse(null);
        if (person == null) {
            return error(type.unknown, "id does not exist");
        }
        if (person.resigned()) {
            return error(230029, "the user has resigned");
        }
        if (!person.visible()) {
            return error(230013, "the bot is not available to the user");
        }
        String raw = call.body().path("content").isString() ? call.text("content") : "";
        JsonNode content = Json.object(raw);
        String uuid = call.text("uuid");
        if (content.isMissingNode() || uuid.length() > 50) {
            return error(230001, "content must be a JSON object in a string, uuid at most 50 characters");
        }
        Answer refusal = MessageParts.refusal(call.text("msg_type"), content);
        if (refusal != null) {
            return refusal;
        }
        String key = "to " + person.userId() + "\n" + (uuid.isEmpty() ? World.id() : uuid);
        DirectMessage before = org.direct(key);
        boolean repeated = before != null
                && Instant.parse(before.message().at()).plus(WINDOW).isAfter(world.now());
        if (!repeated
                && org.switches.limits()
                && !org.meter
                        .take(world.now(), "to person " + person.userId(), 1, 5, Duration.ofSeconds(1))
                        .isZero()) {
            return error(230020, "more than 5 messages a second to the user");
        }
        Message message = before != null && repeated
                ? before.message()
                : world.direct(org, List.of(person.userId()), call.text("msg_type"), readable(content), key)
                        .message();
        return ok(Map.of("message_id", message.messageId(), "msg_type", message.type()));
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
