package io.warroom.simulator.lark;

import static io.warroom.simulator.lark.LarkApi.error;
import static io.warroom.simulator.lark.LarkApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Adding, removing and listing a chat's people. */
final class ChatMembers {
    /** In a verified tenant. */
    private static final int MOST = 5_000;

    private final World world;

    ChatMembers(World world) {
        this.world = world;
    }

    Answer add(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return Chats.missing(room);
        }
        Set<String> asked = Chats.ids(call.body().path("id_list"));
        String succeedType = call.query().getOrDefault("succeed_type", "0");
        if (asked.size() > 50 || !succeedType.matches("[012]")) {
            return error(232001, "id_list of at most 50 ids, succeed_type 0, 1 or 2");
        }
        IdType type = IdType.of(call);
        List<String> unknown = asked.stream()
                .filter(id -> IdType.person(type, org, id).isEmpty())
                .toList();
        List<String> invisible = asked.stream()
                .filter(id -> IdType.person(type, org, id)
                        .filter(person -> !person.visible() && !person.resigned())
                        .isPresent())
                .toList();
        List<String> resigned = asked.stream()
                .filter(id ->
                        IdType.person(type, org, id).filter(Person::resigned).isPresent())
                .toList();
        if (!unknown.isEmpty() && org.goes(Unsettled.BAD_MEMBER, "REFUSED_AS_PARAMETER")) {
            return error(type.unknown, "id does not exist: " + unknown);
        }
        if (succeedType.equals("2") && !resigned.isEmpty()) {
            return error(232022, "a user has resigned");
        }
        if (!succeedType.equals("1") && !unknown.isEmpty()) {
            return error(232043, "the list holds ids that cannot be used");
        }
        if (!succeedType.equals("1") && !invisible.isEmpty()) {
            return error(232024, "a user cannot see the app");
        }
        List<String> usable = asked.stream()
                .flatMap(id -> IdType.person(type, org, id).stream())
                .filter(person -> person.visible() && !person.resigned())
                .map(Person::userId)
                .toList();
        if (usable.isEmpty()) {
            return error(232027, "nobody in the list can be added");
        }
        if (org.goes(Unsettled.EXISTING_MEMBER, "ERROR") && usable.stream().anyMatch(room.members::contains)) {
            return error(232001, "somebody is in the chat already");
        }
        if (Stream.concat(room.members.stream(), usable.stream()).distinct().count() > org.switches.mostMembers(MOST)) {
            return error(232013, "the chat is full");
        }
        room.members.addAll(usable);
        List<String> invalid = asked.stream()
                .filter(id -> invisible.contains(id) || resigned.contains(id))
                .toList();
        return ok(Map.of(
                "invalid_id_list", invalid, "not_existed_id_list", unknown, "pending_approval_id_list", List.of()));
    }

    /** The page has the shape alone: who is not in the chat is no error, an id of nobody is listed, the owner stays. */
    Answer remove(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return Chats.missing(room);
        }
        Set<String> asked = Chats.ids(call.body().path("id_list"));
        if (asked.isEmpty()) {
            return error(232027, "id_list is empty");
        }
        IdType type = IdType.of(call);
        List<String> people = asked.stream()
                .flatMap(id -> IdType.person(type, org, id).stream())
                .map(Person::userId)
                .toList();
        if (asked.size() > 50 || people.contains(room.ownerId)) {
            return error(232001, "id_list of at most 50 ids, none the owner's");
        }
        people.forEach(room.members::remove);
        List<String> unknown = asked.stream()
                .filter(id -> IdType.person(type, org, id).isEmpty())
                .toList();
        return ok(Map.of("invalid_id_list", unknown));
    }

    Answer list(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return Chats.missing(room);
        }
        Page page = Page.of(call, 20, 100);
        if (page == null) {
            return error(232001, "bad page_size or page_token");
        }
        List<String> all = List.copyOf(room.members);
        List<Map<String, String>> items = page.of(all).stream()
                .map(id -> Map.of(
                        "member_id",
                        IdType.write(IdType.of(call), id),
                        "member_id_type",
                        call.query("member_id_type").isEmpty() ? "open_id" : call.query("member_id_type"),
                        "name",
                        org.visible(id).map(Person::name).orElse(""),
                        "tenant_key",
                        org.tenantId))
                .toList();
        boolean more = page.end() < all.size();
        return ok(Map.of(
                "items",
                items,
                "has_more",
                more,
                "page_token",
                more ? String.valueOf(page.end()) : "",
                "member_total",
                all.size()));
    }
}
