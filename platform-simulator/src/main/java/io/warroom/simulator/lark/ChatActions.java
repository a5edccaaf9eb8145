package io.warroom.simulator.lark;

import static io.warroom.simulator.lark.LarkApi.error;
import static io.warroom.simulator.lark.LarkApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What can be done with a chat beside its people and its messages: found by name, linked to, managed, a notice on top of it. */
final class ChatActions {
    private static final Map<String, Duration> VALID =
            Map.of("week", Duration.ofDays(7), "year", Duration.ofDays(365), "permanently", Duration.ZERO);

    private final World world;

    ChatActions(World world) {
        this.world = world;
    }

    /** By a part of the name, whatever its case; one with a hyphen in it is found in quotes alone (chat/search). */
    Answer search(Org org, Call call) {
        String query = call.query("query");
        Page page = Page.of(call, 20, 100);
        if (query.length() > 64 || page == null) {
            return error(232001, "query of at most 64 characters, or bad page_size or page_token");
        }
        boolean quoted = query.matches("\".*\"");
        String wanted = query.toLowerCase(Locale.ROOT).replaceFirst("^\"(.*)\"$", "$1");
        List<Room> found = org.rooms().stream()
                .filter(room -> !room.dissolved
                        && (quoted || !wanted.contains("-"))
                        && room.name.toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
        boolean more = page.end() < found.size();
        return ok(Map.of(
                "items",
                page.of(found).stream()
                        .map(room -> Chats.describe(room, IdType.of(call)))
                        .toList(),
                "has_more",
                more,
                "page_token",
                more ? String.valueOf(page.end()) : ""));
    }

    /** The calling bot has made every chat, and nobody takes it out. */
    Answer isIn(Org org, String chatId) {
        Room room = world.room(org, chatId);
        return room == null || room.dissolved ? Chats.missing(room) : ok(Map.of("is_in_chat", true));
    }

    Answer addManagers(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return Chats.missing(room);
        }
        if (!room.ownerId.isEmpty()) {
            return error(232016, "only the owner names managers");
        }
        IdType type = IdType.of(call);
        Set<String> asked = Chats.ids(call.body().path("manager_ids"));
        List<String> people = asked.stream()
                .flatMap(id -> IdType.person(type, org, id).stream())
                .map(Person::userId)
                .toList();
        if (asked.isEmpty() || people.size() < asked.size() || !room.members.containsAll(people)) {
            return error(232001, "manager_ids must be in the chat");
        }
        return ok(Map.of("chat_managers", List.copyOf(asked), "chat_bot_managers", List.of()));
    }

    Answer link(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return error(232065, "no such chat");
        }
        if (!room.ownerId.isEmpty()) {
            return error(232064, "the bot is neither owner nor manager");
        }
        String asked = call.body().has("validity_period") ? call.text("validity_period") : "week";
        Duration valid = VALID.get(asked);
        if (valid == null) {
            return error(232001, "validity_period must be week, year or permanently");
        }
        return ok(Map.of(
                "share_link",
                "https://applink.feishu.cn/client/chat/chatter/add_by_link?link_token=" + World.id(),
                "expire_time",
                valid.isZero() ? "0" : String.valueOf(world.now().plus(valid).getEpochSecond()),
                "is_permanent",
                valid.isZero()));
    }

    /** What is on top is taken and not kept. "1" is a message of the chat, "2" its announcement. */
    Answer putOnTop(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return Chats.missing(room);
        }
        boolean fits = call.body().path("chat_top_notice").valueStream().allMatch(notice -> switch (notice.path(
                        "action_type")
                .asString("2")) {
            case "2" -> true;
            case "1" ->
                room.messages.stream()
                        .anyMatch(message -> message.messageId()
                                .equals(notice.path("message_id").asString("")));
            default -> false;
        });
        return fits && !call.body().path("chat_top_notice").isEmpty()
                ? ok(Map.of())
                : error(232001, "chat_top_notice names no message of the chat");
    }
}
