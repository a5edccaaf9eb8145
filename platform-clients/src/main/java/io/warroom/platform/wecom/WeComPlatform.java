package io.warroom.platform.wecom;

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
import io.warroom.platform.people.Contact;
import io.warroom.platform.people.Finding;
import io.warroom.platform.people.Resolution;
import io.warroom.platform.people.Sieve;
import io.warroom.platform.text.BriefingText;
import io.warroom.platform.text.Cut;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Rooms as WeCom group chats of a self-built app. Safe for many threads. */
public final class WeComPlatform implements ChatPlatform, AppCheck {

    /** Two to 2,000 people, a name of 50 characters (path/90245, 2024-11-29). */
    private static final int LEAST_PEOPLE = 2;

    private static final int MOST_PEOPLE = 2_000;
    private static final int NAME_CHARACTERS = 50;
    private static final int NAMED_IN_A_REFUSAL = 5;
    /** A markdown message (path/90248, 2024-07-11). */
    private static final int MESSAGE_BYTES = 2_048;

    private final WeComApi api;
    private final Resolution resolution;
    private final Sieve sieve;
    private final WeComCheck check;

    public WeComPlatform(PlatformHttp http, Clock clock) {
        api = new WeComApi(http, clock);
        resolution = new Resolution(clock, Resolution.Means.MOBILE_THEN_EMAIL, this::ask);
        sieve = new Sieve(clock, why -> WeComCode.in(WeComCode.BAD_MEMBERS, why.code()), this::check);
        check = new WeComCheck(api, clock);
    }

    /** What a code means, in words; empty when the table does not list it. */
    public static Optional<CodeRow> codeRow(String code) {
        return Optional.ofNullable(WeComCode.of(code)).map(WeComCode::row);
    }

    /** All rows of the table of codes. */
    public static List<CodeRow> codeRows() {
        return Stream.of(WeComCode.values()).map(WeComCode::row).toList();
    }

    @Override
    public PlatformKind kind() {
        return PlatformKind.WECOM;
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
        for (int i = 0; i < contacts.size(); i++) {
            Contact contact = contacts.get(i);
            Outcome<JsonNode> answer = switch (contact.kind()) {
                case MOBILE -> api.post(app, "user/getuserid", Map.of("mobile", national(contact.value())));
                case EMAIL ->
                    api.post(app, "user/get_userid_by_email", Map.of("email", contact.value(), "email_type", 1));
            };
            if (answer instanceof Outcome.Done<JsonNode>(var body)) {
                String id = body.path("userid").asString("");
                heard.accept(
                        contact,
                        id.isBlank()
                                ? Finding.missing(Missing.Reason.LOOKUP_FAILED, "WeCom's answer names nobody.")
                                : Finding.found(id));
                continue;
            }
            Failure refusal = WeComApi.refusal(answer);
            if (refusal != null && WeComCode.in(WeComCode.NOT_A_USER, refusal.code())) {
                heard.accept(contact, Finding.missing(Missing.Reason.NOT_FOUND, refusal.words()));
                continue;
            }
            if (answer instanceof Outcome.NotYet<JsonNode>(var why, var pause)
                    && why.kind() == Failure.Kind.THROTTLED
                    && api.signIn(app) instanceof Outcome.Done) {
                // Not the sign-in is throttled, which all calls need, but looking people up. Too many misses block
                // look-ups for a day (path/96267, 2025-08-29): the room does not wait for that.
                Finding failed = Finding.missing(
                        Missing.Reason.LOOKUP_FAILED,
                        "WeCom allows no more look-ups for now. Invite the person by hand.");
                contacts.subList(i, contacts.size()).forEach(rest -> heard.accept(rest, failed));
                return new Outcome.Done<>(true);
            }
            return answer.ofReading(Reply.UNREACHABLE_PAUSE).then(body -> new Outcome.Done<>(true));
        }
        return new Outcome.Done<>(true);
    }

    /** WeCom keeps mainland numbers without the country's code. */
    private static String national(String mobile) {
        return mobile.matches("\\+861[0-9]{10}") ? mobile.substring(3) : mobile;
    }

    private Outcome<Finding> check(App app, String userId) {
        Outcome<JsonNode> answer = api.get(app, "user/get", "userid", userId);
        Failure refusal = WeComApi.refusal(answer);
        if (refusal != null && WeComCode.in(WeComCode.NOT_A_USER, refusal.code())) {
            return new Outcome.Done<>(Finding.missing(
                    Missing.Reason.NOT_FOUND, "The user id " + userId + " is not in the enterprise's contacts."));
        }
        if (refusal != null && WeComCode.in(WeComCode.NOT_VISIBLE, refusal.code())) {
            return new Outcome.Done<>(Finding.missing(Missing.Reason.OUT_OF_APP_RANGE, refusal.words()));
        }
        if (refusal != null && WeComCode.in(WeComCode.BAD_MEMBERS, refusal.code())) {
            // Which of the codes about members the call for one person gives is not documented: it is about that
            // person.
            return new Outcome.Done<>(Finding.missing(Missing.Reason.REFUSED, refusal.words()));
        }
        return answer.then(body -> new Outcome.Done<>(Finding.found(userId)));
    }

    @Override
    public Outcome<Room> create(App app, RoomPlan plan) {
        return sieve.call(app, plan.users(), users -> create(app, plan, users));
    }

    private Outcome<Room> create(App app, RoomPlan plan, List<RoomUser> users) {
        List<String> ids =
                users.stream().map(RoomUser::platformUserId).limit(MOST_PEOPLE).toList();
        if (lower(ids).size() < LEAST_PEOPLE) {
            return new Outcome.Refused<>(new Failure(
                    Failure.Kind.TOO_FEW_PEOPLE,
                    "A WeCom room needs at least two people who are found. Give the mobile number or the user id of one"
                            + " more."
                            + sieve.missing(app, plan.users()).stream()
                                    .limit(NAMED_IN_A_REFUSAL)
                                    .map(one -> " " + one.person().name() + ": " + one.detail())
                                    .collect(Collectors.joining()),
                    null,
                    null));
        }
        String name = nameOf(plan.name());
        String owner = ids.contains(plan.ownerUserId()) ? plan.ownerUserId() : ids.getFirst();
        Outcome<JsonNode> created = api.post(
                app, "appchat/create", Map.of("name", name, "owner", owner, "userlist", ids, "chatid", plan.key()));
        Failure refusal = WeComApi.refusal(created);
        if (refusal != null && WeComCode.of(refusal.code()) == WeComCode.ROOM_EXISTS) {
            return existing(app, plan);
        }
        return created.then(body -> new Outcome.Done<>(new Room(plan.key(), name, Set.copyOf(ids))));
    }

    /** The id is taken, by an earlier try of ours or by a room that is not ours. */
    private Outcome<Room> existing(App app, RoomPlan plan) {
        return lookUp(app, plan).then(sighting -> switch (sighting) {
            case Sighting.Found(var room) -> new Outcome.Done<>(room);
            case Sighting.Absent() -> gone();
            case Sighting.Foreign() -> gone();
            case Sighting.RepeatCreate() -> gone();
        });
    }

    private static Outcome<Room> gone() {
        return new Outcome.Refused<>(new Failure(
                Failure.Kind.ROOM_GONE,
                "The room's id is taken, and the room is dissolved or not ours: another id is needed.",
                "86215",
                null));
    }

    @Override
    public Outcome<Sighting> lookUp(App app, RoomPlan plan) {
        Outcome<JsonNode> answer = api.get(app, "appchat/get", "chatid", plan.key());
        Failure refusal = WeComApi.refusal(answer);
        if (refusal != null && WeComCode.in(WeComCode.ABSENT_ROOM, refusal.code())) {
            return new Outcome.Done<>(new Sighting.Absent());
        }
        if (refusal != null && WeComCode.of(refusal.code()) == WeComCode.ROOM_OF_ANOTHER) {
            return new Outcome.Done<>(new Sighting.Foreign());
        }
        return answer.then(body -> {
            JsonNode chat = body.path("chat_info");
            Set<String> present = new HashSet<>();
            chat.path("userlist").forEach(id -> present.add(id.asString("")));
            Sighting sighting = chat.isObject()
                    ? new Sighting.Found(new Room(plan.key(), chat.path("name").asString(""), present))
                    : new Sighting.Absent();
            return new Outcome.Done<>(sighting);
        });
    }

    @Override
    public Outcome<Admission> admit(App app, Room room, List<RoomUser> users) {
        Set<String> present = lower(room.presentUserIds());
        List<RoomUser> absent = users.stream()
                .filter(user -> !present.contains(user.platformUserId().toLowerCase(Locale.ROOT)))
                .toList();
        Outcome<List<RoomUser>> added = sieve.call(app, absent, usable -> add(app, room, usable));
        if (added instanceof Outcome.Refused<List<RoomUser>>(var why)
                && WeComCode.in(WeComCode.BAD_MEMBERS, why.code())) {
            return new Outcome.Done<>(new Admission(
                    users.stream().filter(user -> !absent.contains(user)).toList(),
                    absent.stream()
                            .map(user -> new Missing(user.person(), Missing.Reason.REFUSED, why.words()))
                            .toList()));
        }
        return added.then(in -> {
            List<RoomUser> left =
                    absent.stream().filter(user -> !in.contains(user)).toList();
            return new Outcome.Done<>(new Admission(
                    users.stream().filter(user -> !left.contains(user)).toList(), sieve.missing(app, left)));
        });
    }

    private Outcome<List<RoomUser>> add(App app, Room room, List<RoomUser> users) {
        if (users.isEmpty()) {
            return new Outcome.Done<>(users);
        }
        List<String> ids =
                users.stream().map(RoomUser::platformUserId).distinct().toList();
        return api.post(app, "appchat/update", Map.of("chatid", room.id(), "add_user_list", ids))
                .then(body -> new Outcome.Done<>(users));
    }

    @Override
    public Outcome<Posted> post(App app, Room room, Briefing briefing) {
        return send(app, room, BriefingText.render(briefing, MESSAGE_BYTES, "\n"));
    }

    @Override
    public Outcome<Posted> tell(App app, Room room, Notice notice) {
        return send(app, room, BriefingText.render(notice, MESSAGE_BYTES, "\n"));
    }

    private Outcome<Posted> send(App app, Room room, String text) {
        return api.post(
                        app,
                        "appchat/send",
                        Map.of("chatid", room.id(), "msgtype", "markdown", "markdown", Map.of("content", text)))
                .then(body -> new Outcome.Done<>(new Posted(null)));
    }

    @Override
    public String nameOf(String wished) {
        return Cut.toCharacters(wished, NAME_CHARACTERS);
    }

    @Override
    public Outcome<String> rename(App app, Room room, String name) {
        String cut = nameOf(name);
        return api.post(app, "appchat/update", Map.of("chatid", room.id(), "name", cut))
                .then(body -> new Outcome.Done<>(cut));
    }

    /** WeCom has no call for it (path/90244, path/98913): the owner can do it by hand. */
    @Override
    public Outcome<Boolean> dissolve(App app, Room room) {
        return new Outcome.Done<>(false);
    }

    private static Set<String> lower(Collection<String> ids) {
        return ids.stream().map(id -> id.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }
}
