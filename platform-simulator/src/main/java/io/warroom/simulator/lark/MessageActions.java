package io.warroom.simulator.lark;

import static io.warroom.simulator.lark.LarkApi.error;
import static io.warroom.simulator.lark.LarkApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Message;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is done with a message after it was sent: a card changed, pinned, people buzzed about it. */
final class MessageActions {
    private static final Duration CHANGEABLE = Duration.ofDays(14);
    private static final int CARD_BYTES = 30 * 1024;

    private final World world;

    MessageActions(World world) {
        this.world = world;
    }

    private record Placed(Room room, Message message) {}

    private static @Nullable Placed find(Org org, String messageId) {
        for (Room room : org.rooms()) {
            for (Message message : room.messages) {
                if (message.messageId().equals(messageId)) {
                    return new Placed(room, message);
                }
            }
        }
        return null;
    }

    /** A card alone, one that says it may be changed for all, at most 14 days old (message/patch). */
    Answer change(Org org, String messageId, Call call) {
        Placed placed = find(org, messageId);
        if (placed == null) {
            return error(230001, "no such message");
        }
        if (!Instant.parse(placed.message().at()).plus(CHANGEABLE).isAfter(world.now())) {
            return error(230031, "the message is older than 14 days");
        }
        JsonNode before = Json.object(placed.message().raw());
        String raw = call.body().path("content").isString() ? call.text("content") : "";
        JsonNode content = Json.object(raw);
        if (!placed.message().type().equals("interactive")
                || !before.path("config").path("update_multi").asBoolean(false)
                || content.isMissingNode()) {
            return error(230001, "only cards with update_multi are changed, and content must be a card in a string");
        }
        if (raw.getBytes(StandardCharsets.UTF_8).length > CARD_BYTES) {
            return error(230025, "the card is too long");
        }
        Answer refusal = MessageParts.cardRefusal(content);
        if (refusal != null) {
            return refusal;
        }
        if (org.switches.limits() && tooOften(org, messageId)) {
            return error(230020, "more than 5 changes a second");
        }
        placed.room().replace(placed.message(), placed.message().saying(Messages.readable(content), raw));
        return ok(Map.of());
    }

    /** A message that is pinned gives its pin again. */
    Answer pin(Org org, Call call) {
        Placed placed = find(org, call.text("message_id"));
        if (placed == null) {
            return error(230001, "no such message");
        }
        if (org.switches.limits() && tooOften(org, placed.message().messageId())) {
            return error(230047, "more than 5 pins a second");
        }
        Instant at = org.pins.computeIfAbsent(placed.message().messageId(), _ -> world.now());
        return ok(Map.of(
                "pin",
                Map.of(
                        "message_id", placed.message().messageId(),
                        "chat_id", placed.room().roomId,
                        "operator_id", org.app("appId"),
                        "operator_id_type", "app_id",
                        "create_time", String.valueOf(at.toEpochMilli()))));
    }

    /** People in the message's chat; who is not is listed, and nobody at all is refused (message/urgent_app). */
    Answer buzz(Org org, String messageId, Call call) {
        Placed placed = find(org, messageId);
        if (placed == null) {
            return error(230012, "not a message of the bot");
        }
        IdType type = IdType.of(call);
        Set<String> asked = Chats.ids(call.body().path("user_id_list"));
        List<String> invalid = asked.stream()
                .filter(id -> IdType.person(type, org, id)
                        .map(Person::userId)
                        .filter(placed.room().members::contains)
                        .isEmpty())
                .toList();
        if (asked.isEmpty() || asked.size() > 200 || invalid.size() == asked.size()) {
            return error(230001, "1 to 200 people, and one of them in the chat");
        }
        return ok(Map.of("invalid_user_id_list", invalid));
    }

    private boolean tooOften(Org org, String messageId) {
        return !org.meter
                .take(world.now(), "message " + messageId, 1, 5, Duration.ofSeconds(1))
                .isZero();
    }
}
