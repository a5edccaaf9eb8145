package io.warroom.platform.lark;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.AppCheck;
import io.warroom.platform.AppFinding;
import io.warroom.platform.Briefing;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.CodeRow;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Notice;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Posted;
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.Sighting;
import io.warroom.platform.http.PlatformHttp;
import io.warroom.platform.http.Reply;
import io.warroom.platform.pace.Pace;
import io.warroom.platform.people.Contact;
import io.warroom.platform.people.Finding;
import io.warroom.platform.people.MobileNumber;
import io.warroom.platform.people.Resolution;
import io.warroom.platform.people.RoomFilling;
import io.warroom.platform.text.BriefingText;
import io.warroom.platform.text.Cut;
import io.warroom.platform.token.RefusedSecrets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Rooms as Lark or Feishu chats that the bot owns. One person the bot cannot see would fail a create as a whole, so the room
 * is made with the bot alone and people are added after. Safe for many threads.
 */
public final class LarkPlatform implements ChatPlatform, AppCheck {

    /** chat/create: advised lengths, which the vendor's own tool enforces. */
    private static final int NAME_CHARACTERS = 60;

    private static final int DESCRIPTION_CHARACTERS = 100;
    /** batch_get_id: 50 e-mails and 50 mobiles; chat members: 50 users. */
    private static final int A_CALL = 50;
    /** A chat holds at most 5,000 people, and a page 100 of them. */
    private static final int MOST_PAGES = 50;
    /** A card may have 30 KB with its tags and escapes (message/create). */
    private static final int CARD_TEXT_BYTES = 14_000;

    /** Why somebody may be missing whose account was created again since the look-up. */
    private static final Set<Missing.Reason> PERHAPS_ANOTHER_ID =
            Set.of(Missing.Reason.NOT_FOUND, Missing.Reason.OUT_OF_APP_RANGE, Missing.Reason.RESIGNED);

    private final LarkCalls lark;
    private final Resolution resolution;
    private final LarkCheck check;

    public LarkPlatform(PlatformHttp http, Pace pace, Clock clock) {
        lark = new LarkCalls(http, pace, clock, new RefusedSecrets(clock));
        resolution = new Resolution(clock, Resolution.Means.BOTH_TOGETHER, this::ask);
        check = new LarkCheck(lark, clock);
    }

    /** What a code means, in words; empty when the table does not list it. */
    public static Optional<CodeRow> codeRow(String code) {
        return Optional.ofNullable(LarkCode.of(code)).map(LarkCode::row);
    }

    /** All rows of the table of codes. */
    public static List<CodeRow> codeRows() {
        return Stream.of(LarkCode.values()).map(LarkCode::row).toList();
    }

    @Override
    public PlatformKind kind() {
        return PlatformKind.LARK;
    }

    @Override
    public List<AppFinding> check(App app, Depth depth) {
        return check.check(app, depth);
    }

    @Override
    public Outcome<Roster> resolve(App app, List<Person> people) {
        return resolution.resolve(app, people);
    }

    private Outcome<Boolean> ask(App app, List<Contact> contacts, BiConsumer<Contact, Finding> heard) {
        List<Contact> mobiles = of(contacts, Contact.Kind.MOBILE);
        List<Contact> emails = of(contacts, Contact.Kind.EMAIL);
        for (int from = 0; from < Math.max(mobiles.size(), emails.size()); from += A_CALL) {
            List<Contact> asked = Stream.concat(part(mobiles, from).stream(), part(emails, from).stream())
                    .toList();
            Outcome<Boolean> answered = askAtOnce(app, asked, heard);
            if (!(answered instanceof Outcome.Done<Boolean>)) {
                return answered;
            }
        }
        return new Outcome.Done<>(true);
    }

    /** One contact that Lark does not take refuses them all, and the answer need not say which: then they are halved. */
    private Outcome<Boolean> askAtOnce(App app, List<Contact> asked, BiConsumer<Contact, Finding> heard) {
        var contacts =
                new LarkBody.Contacts(values(of(asked, Contact.Kind.MOBILE)), values(of(asked, Contact.Kind.EMAIL)));
        Outcome<JsonNode> answer = lark.call(app, (api, access) -> api.users(access, contacts));
        if (answer instanceof Outcome.Refused<JsonNode>(var why) && why.kind() == Failure.Kind.REFUSED) {
            if (asked.size() == 1) {
                heard.accept(asked.getFirst(), Finding.missing(Missing.Reason.REFUSED, why.words()));
                return new Outcome.Done<>(true);
            }
            int half = asked.size() / 2;
            return askAtOnce(app, asked.subList(0, half), heard)
                    .then(ignored -> askAtOnce(app, asked.subList(half, asked.size()), heard));
        }
        return answer.ofReading(Reply.UNREACHABLE_PAUSE).then(body -> {
            if (!body.path("data").path("user_list").isArray()) {
                return Reply.<Boolean>lost(new Reply.Lost("Lark's answer lists nobody, found or not."))
                        .ofReading(Reply.UNREACHABLE_PAUSE);
            }
            Map<String, String> ids = new HashMap<>();
            for (JsonNode row : body.path("data").path("user_list")) {
                String id = row.path("user_id").asString("");
                if (!id.isBlank()) {
                    ids.put(normal(row.path("email").asString("")), id);
                    ids.put(normal(row.path("mobile").asString("")), id);
                }
            }
            asked.forEach(contact -> heard.accept(contact, finding(ids.get(normal(contact.value())))));
            return new Outcome.Done<>(true);
        });
    }

    private static List<String> values(List<Contact> contacts) {
        return contacts.stream().map(Contact::value).toList();
    }

    private static Finding finding(@Nullable String id) {
        return id != null
                ? Finding.found(id)
                : Finding.missing(
                        Missing.Reason.NOT_FOUND,
                        "Lark knows nobody with it, or the person is outside the app's contact range.");
    }

    /** Lark may echo an e-mail in another case, and a number in another spelling. */
    private static String normal(String contact) {
        return contact.contains("@") ? contact.toLowerCase(Locale.ROOT) : MobileNumber.normal(contact);
    }

    private static List<Contact> of(List<Contact> contacts, Contact.Kind kind) {
        return contacts.stream().filter(contact -> contact.kind() == kind).toList();
    }

    private static <T> List<T> part(List<T> all, int from) {
        return all.subList(Math.min(from, all.size()), Math.min(from + A_CALL, all.size()));
    }

    @Override
    public Outcome<Room> create(App app, RoomPlan plan) {
        String name = nameOf(plan.name());
        var chat = new LarkBody.NewChat(name, description(plan));
        Outcome<JsonNode> created = lark.call(app, (api, access) -> api.createChat(access, plan.key(), chat));
        if (created instanceof Outcome.Refused<JsonNode>(var why)
                && LarkCode.of(why.code()) == LarkCode.PARAMETER_INVALID) {
            // What a repeated uuid comes to is not documented: it may be this, and the room is there.
            return marked(app, plan)
                    .then(found ->
                            found.<Outcome<Room>>map(Outcome.Done::new).orElseGet(() -> new Outcome.Refused<>(why)));
        }
        return created.then(body -> {
            String id = body.path("data").path("chat_id").asString("");
            return id.isBlank()
                    ? Reply.lost(new Reply.Lost("Lark's answer names no room."))
                    : new Outcome.Done<>(new Room(id, name, Set.of()));
        });
    }

    /** The marker, for people, and the plan's key whole, which finds the room again however long the marker is. */
    private static String description(RoomPlan plan) {
        return Cut.toCharacters(
                        plan.marker(), DESCRIPTION_CHARACTERS - 1 - plan.key().length()) + " " + plan.key();
    }

    /** Rooms of the version before have the marker alone, where it fits. */
    private static boolean isOf(RoomPlan plan, String description) {
        return description.equals(description(plan)) || description.equals(plan.marker());
    }

    /**
     * The room that carries the plan's description: among those of the bot that were active last, which may not be all of them,
     * or among those of its name. None when the app may not list them.
     */
    private Outcome<Optional<Room>> marked(App app, RoomPlan plan) {
        return marked(plan, lark.read(app, LarkApi::chats))
                .then(listed -> listed.isPresent()
                        ? new Outcome.Done<>(listed)
                        : marked(
                                plan,
                                lark.read(
                                        app,
                                        (api, access) -> api.searchChats(access, "\"" + nameOf(plan.name()) + "\""))));
    }

    private static Outcome<Optional<Room>> marked(RoomPlan plan, Outcome<JsonNode> answer) {
        if (answer instanceof Outcome.Refused<JsonNode>(var why) && why.kind() != Failure.Kind.QUOTA_EXHAUSTED) {
            return new Outcome.Done<>(Optional.empty());
        }
        return answer.then(body -> {
            for (JsonNode chat : body.path("data").path("items")) {
                if (!chat.path("chat_id").asString("").isBlank()
                        && isOf(plan, chat.path("description").asString(""))
                        && chat.path("chat_status").asString("normal").equals("normal")) {
                    Room room = new Room(
                            chat.path("chat_id").asString(""), chat.path("name").asString(""), Set.of());
                    return new Outcome.Done<>(Optional.of(room));
                }
            }
            return new Outcome.Done<>(Optional.empty());
        });
    }

    /** A uuid counts for ten hours (chat/create), so the marker is looked for first; where it is not seen, the uuid still helps. */
    @Override
    public Outcome<Sighting> lookUp(App app, RoomPlan plan) {
        return marked(app, plan)
                .then(found -> new Outcome.Done<>(
                        found.<Sighting>map(Sighting.Found::new).orElseGet(Sighting.RepeatCreate::new)));
    }

    @Override
    public Outcome<Admission> admit(App app, Room room, List<RoomUser> users) {
        return admitOnce(app, room, users).then(first -> {
            Set<Person> unusable = first.missing().stream()
                    .filter(one -> PERHAPS_ANOTHER_ID.contains(one.reason()))
                    .map(Missing::person)
                    .collect(Collectors.toSet());
            Outcome<List<RoomUser>> renewed = resolution.again(
                    app,
                    users.stream()
                            .filter(user -> unusable.contains(user.person()))
                            .toList());
            // Without an answer they stay missing: the others are in.
            return renewed instanceof Outcome.Done<List<RoomUser>>(var others) && !others.isEmpty()
                    ? admitOnce(app, room, others).then(more -> new Outcome.Done<>(join(first, others, more)))
                    : new Outcome.Done<>(first);
        });
    }

    private static Admission join(Admission first, List<RoomUser> others, Admission more) {
        Set<Person> again = others.stream().map(RoomUser::person).collect(Collectors.toSet());
        return new Admission(
                Stream.concat(first.admitted().stream(), more.admitted().stream())
                        .toList(),
                Stream.concat(
                                first.missing().stream().filter(one -> !again.contains(one.person())),
                                more.missing().stream())
                        .toList());
    }

    private Outcome<Admission> admitOnce(App app, Room room, List<RoomUser> users) {
        List<RoomUser> present = new ArrayList<>();
        List<RoomUser> absent = new ArrayList<>();
        for (RoomUser user : users) {
            (room.presentUserIds().contains(user.platformUserId()) ? present : absent).add(user);
        }
        return RoomFilling.fill(absent, A_CALL, LarkPlatform::isFull, some -> {
                    List<RoomUser> admitted = new ArrayList<>();
                    List<Missing> missing = new ArrayList<>();
                    return add(app, room, some, admitted, missing)
                            .then(ignored -> new Outcome.Done<>(new Admission(admitted, missing)));
                })
                .then(rest -> {
                    present.addAll(rest.admitted());
                    return new Outcome.Done<>(new Admission(present, rest.missing()));
                });
    }

    private static boolean isFull(Failure why) {
        return LarkCode.of(why.code()) == LarkCode.ROOM_FULL;
    }

    /**
     * Adds whom it can. One id may still refuse the whole list, and the answer need not say which: then who is in already is
     * read, and the rest is halved. Calls that are refused are not counted in the tenant's quota (api-billing).
     */
    private Outcome<Boolean> add(
            App app, Room room, List<RoomUser> batch, List<RoomUser> admitted, List<Missing> missing) {
        Outcome<JsonNode> added = addAll(app, room, batch);
        if (added instanceof Outcome.Done<JsonNode>(var body)) {
            sort(batch, body.path("data"), admitted, missing);
            return new Outcome.Done<>(true);
        }
        if (!(added instanceof Outcome.Refused<JsonNode>(var why)) || isFull(why) || !mayMeanPeople(why)) {
            return added.then(ignored -> new Outcome.Done<>(true));
        }
        List<RoomUser> absent = batch;
        if (LarkCode.of(why.code()) == LarkCode.PARAMETER_INVALID) {
            // What adding somebody who is in already comes to is not documented: it may be this.
            Set<String> present = present(app, room);
            absent = batch.stream()
                    .filter(user -> !present.contains(user.platformUserId()))
                    .toList();
            batch.stream()
                    .filter(user -> present.contains(user.platformUserId()))
                    .forEach(admitted::add);
        }
        if (absent.size() < batch.size()) {
            return absent.isEmpty() ? new Outcome.Done<>(true) : add(app, room, absent, admitted, missing);
        }
        if (absent.size() == 1 || !oneMayBeToBlame(why)) {
            Missing.Reason reason = LarkCode.person(why.code());
            absent.forEach(user -> missing.add(
                    new Missing(user.person(), reason == null ? Missing.Reason.REFUSED : reason, why.words())));
            return new Outcome.Done<>(true);
        }
        List<RoomUser> first = absent.subList(0, absent.size() / 2);
        List<RoomUser> second = absent.subList(absent.size() / 2, absent.size());
        return add(app, room, first, admitted, missing).then(ignored -> add(app, room, second, admitted, missing));
    }

    private Outcome<JsonNode> addAll(App app, Room room, List<RoomUser> users) {
        List<String> ids =
                users.stream().map(RoomUser::platformUserId).distinct().toList();
        return lark.call(app, (api, access) -> api.addPeople(access, room.id(), new LarkBody.People(ids)));
    }

    private static boolean mayMeanPeople(Failure why) {
        return LarkCode.person(why.code()) != null || LarkCode.of(why.code()) == LarkCode.PARAMETER_INVALID;
    }

    private static boolean oneMayBeToBlame(Failure why) {
        return LarkCode.of(why.code()) != LarkCode.NOBODY_USABLE;
    }

    /** Who is in the room, as far as the app may read it. */
    private Set<String> present(App app, Room room) {
        Set<String> present = new HashSet<>();
        @Nullable String token = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            String from = token;
            Outcome<JsonNode> answer = lark.read(app, (api, access) -> api.people(access, room.id(), from));
            if (!(answer instanceof Outcome.Done<JsonNode>(var body))) {
                return present;
            }
            body.path("data")
                    .path("items")
                    .forEach(item -> present.add(item.path("member_id").asString("")));
            token = body.path("data").path("page_token").asString("");
            if (token.isEmpty() || !body.path("data").path("has_more").asBoolean(false)) {
                return present;
            }
        }
        return present;
    }

    private static void sort(List<RoomUser> batch, JsonNode lists, List<RoomUser> admitted, List<Missing> missing) {
        for (RoomUser user : batch) {
            if (holds(lists.path("invalid_id_list"), user)) {
                missing.add(new Missing(
                        user.person(),
                        Missing.Reason.OUT_OF_APP_RANGE,
                        "The person has left, never signed in to Lark, or is outside the app's availability range."));
            } else if (holds(lists.path("not_existed_id_list"), user)) {
                missing.add(new Missing(
                        user.person(),
                        Missing.Reason.NOT_FOUND,
                        LarkCode.PERSON_UNKNOWN.verdict().words()));
            } else if (holds(lists.path("pending_approval_id_list"), user)) {
                missing.add(new Missing(
                        user.person(), Missing.Reason.REFUSED, "The room's owner must approve the person first."));
            } else {
                admitted.add(user);
            }
        }
    }

    private static boolean holds(JsonNode list, RoomUser user) {
        for (JsonNode id : list) {
            if (id.asString("").equals(user.platformUserId())) {
                return true;
            }
        }
        return false;
    }

    /** A card shows the title in its header, and the rest below. */
    @Override
    public String textOf(Briefing briefing) {
        return BriefingText.render(briefing, CARD_TEXT_BYTES, "\n");
    }

    /** A card shows the title in its header, and the rest below. */
    @Override
    public String textOf(Notice notice) {
        return BriefingText.render(notice, CARD_TEXT_BYTES, "\n");
    }

    @Override
    public Outcome<Posted> post(App app, Room room, Briefing briefing) {
        return post(
                app,
                room,
                briefing.key(),
                card("red", briefing.title(), BriefingText.belowTitle(briefing, CARD_TEXT_BYTES, "\n")),
                () -> textOf(briefing));
    }

    @Override
    public Outcome<Posted> tell(App app, Room room, Notice notice) {
        return post(
                app,
                room,
                notice.key(),
                card("blue", notice.title(), BriefingText.belowTitle(notice, CARD_TEXT_BYTES, "\n")),
                () -> textOf(notice));
    }

    private Outcome<Posted> post(App app, Room room, String key, Map<String, Object> card, Supplier<String> text) {
        Outcome<JsonNode> sent = send(app, room, "interactive", card, key);
        if (sent instanceof Outcome.Refused<JsonNode>(var why) && LarkCode.of(why.code()) == LarkCode.CARD_REFUSED) {
            // Another content needs another key (message/create).
            sent = send(app, room, "text", Map.of("text", text.get()), key + "-text");
        }
        return sent.then(body -> {
            String id = body.path("data").path("message_id").asString("");
            return id.isBlank()
                    ? Reply.lost(new Reply.Lost("Lark's answer names no message."))
                    : new Outcome.Done<>(new Posted(id));
        });
    }

    private Outcome<JsonNode> send(App app, Room room, String type, Object content, String key) {
        var message = new LarkBody.Message(room.id(), type, lark.write(content), key);
        return lark.call(app, (api, access) -> api.send(access, message));
    }

    private static Map<String, Object> card(String colour, String title, String text) {
        String line = Cut.toCharacters(BriefingText.plain(title), 200);
        return Map.of(
                "config", Map.of("update_multi", true),
                "header", Map.of("template", colour, "title", Map.of("tag", "plain_text", "content", line)),
                "elements", List.of(Map.of("tag", "div", "text", Map.of("tag", "lark_md", "content", text))));
    }

    @Override
    public String nameOf(String wished) {
        return Cut.toLine(wished, NAME_CHARACTERS);
    }

    @Override
    public Outcome<String> rename(App app, Room room, String name) {
        String cut = nameOf(name);
        return lark.call(app, (api, access) -> api.rename(access, room.id(), new LarkBody.NewName(cut)))
                .then(body -> new Outcome.Done<>(cut));
    }

    @Override
    public Outcome<Boolean> dissolve(App app, Room room) {
        Outcome<JsonNode> answer = lark.call(app, (api, access) -> api.dissolve(access, room.id()));
        return answer instanceof Outcome.Refused<JsonNode>(var why)
                        && LarkCode.of(why.code()) == LarkCode.ROOM_DISSOLVED
                ? new Outcome.Done<>(true)
                : answer.then(body -> new Outcome.Done<>(true));
    }
}
