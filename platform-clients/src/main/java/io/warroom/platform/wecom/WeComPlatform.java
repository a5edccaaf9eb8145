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
import io.warroom.platform.pace.Pace;
import io.warroom.platform.people.Contact;
import io.warroom.platform.people.Finding;
import io.warroom.platform.people.MobileNumber;
import io.warroom.platform.people.Resolution;
import io.warroom.platform.people.RoomFilling;
import io.warroom.platform.people.Sieve;
import io.warroom.platform.text.BriefingText;
import io.warroom.platform.text.Cut;
import io.warroom.platform.token.RefusedSecrets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Rooms as WeCom group chats of a self-built app. Safe for many threads. */
public final class WeComPlatform implements ChatPlatform, AppCheck {

    /** Two to 2,000 people, a name of 50 characters (path/90245, 2024-11-29). */
    private static final int LEAST_PEOPLE = 2;

    private static final int MOST_PEOPLE = 2_000;
    private static final int NAME_CHARACTERS = 50;
    /** Not told of group chats; of the groups of smart sheets it is (path/101029). */
    private static final int PEOPLE_A_CALL = 500;

    private static final int NAMED_IN_A_REFUSAL = 5;
    /**
     * Look-ups that miss more often in a day than a fifth of the enterprise's headcount cap block all look-ups for a day
     * (path/96267, 2025-08-29). How large the cap is no call tells, so a number or address that nobody has must not be asked for
     * again and again: five times on its first day and once a day from then on.
     */
    private static final Duration LONGEST_MISSING = Duration.ofDays(1);

    /** A markdown message (path/90248, 2024-07-11). */
    private static final int MESSAGE_BYTES = 2_048;

    private final WeComCalls wecom;
    private final Resolution resolution;
    private final Sieve sieve;
    private final WeComCheck check;

    public WeComPlatform(PlatformHttp http, Pace pace, Clock clock) {
        wecom = new WeComCalls(http, pace, clock, new RefusedSecrets(clock));
        resolution = new Resolution(clock, Resolution.Means.MOBILE_THEN_EMAIL, LONGEST_MISSING, this::ask);
        sieve = new Sieve(clock, why -> WeComCode.in(WeComCode.BAD_MEMBERS, why.code()), this::check, resolution);
        check = new WeComCheck(wecom, clock);
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
                case MOBILE -> byMobile(app, contact.value());
                case EMAIL -> byEmail(app, contact.value());
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
            Failure refusal = WeComCalls.refusal(answer);
            if (refusal != null && WeComCode.in(WeComCode.NOT_A_USER, refusal.code())) {
                heard.accept(contact, Finding.missing(Missing.Reason.NOT_FOUND, refusal.words()));
                continue;
            }
            if (refusal != null && refusal.kind() == Failure.Kind.REFUSED) {
                heard.accept(contact, Finding.missing(Missing.Reason.REFUSED, refusal.words()));
                continue;
            }
            if (answer instanceof Outcome.NotYet<JsonNode>(var why, var pause)
                    && why.kind() == Failure.Kind.THROTTLED
                    && wecom.signIn(app) instanceof Outcome.Done) {
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

    /** Mainland numbers without the country's code; one form alone, as look-ups that miss are punished. */
    private Outcome<JsonNode> byMobile(App app, String mobile) {
        return wecom.call(
                app, (api, access) -> api.userByMobile(access, new WeComBody.Mobile(MobileNumber.national(mobile))));
    }

    private Outcome<JsonNode> byEmail(App app, String email) {
        return wecom.call(app, (api, access) -> api.userByEmail(access, new WeComBody.Email(email, 1)));
    }

    private Outcome<Finding> check(App app, String userId) {
        Outcome<JsonNode> answer = wecom.read(app, (api, access) -> api.user(access, userId));
        Failure refusal = WeComCalls.refusal(answer);
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
        Outcome<Room> made = sieve.call(app, plan.users(), users -> create(app, plan, users));
        String owner = app.defaultOwner();
        if (owner == null || !isTooFew(made)) {
            return made;
        }
        var second = new RoomUser(new Person(owner, owner, Person.Role.RESPONDER, owner, null, null), owner);
        List<RoomUser> withOwner =
                Stream.concat(plan.users().stream(), Stream.of(second)).toList();
        var larger = new RoomPlan(plan.key(), plan.marker(), plan.name(), plan.ownerUserId(), withOwner);
        return sieve.call(app, withOwner, users -> create(app, larger, users));
    }

    /** Without a code: no call was made. */
    private static boolean isTooFew(Outcome<Room> made) {
        return made instanceof Outcome.Refused<Room>(var why)
                && why.kind() == Failure.Kind.TOO_FEW_PEOPLE
                && why.code() == null;
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
        var chat = new WeComBody.NewChat(plan.key(), name, owner, ids);
        Outcome<JsonNode> created = wecom.call(app, (api, access) -> api.createChat(access, chat));
        Failure refusal = WeComCalls.refusal(created);
        if (refusal != null && isSize(refusal) && ids.size() > LEAST_PEOPLE) {
            // The enterprise's own limit is smaller. The others who fit are added to the room.
            return create(app, plan, users.subList(0, Math.max(LEAST_PEOPLE, ids.size() / 2)));
        }
        if (refusal != null && WeComCode.of(refusal.code()) == WeComCode.ROOM_EXISTS) {
            return existing(app, plan);
        }
        return created.then(body -> new Outcome.Done<>(new Room(plan.key(), name, Set.copyOf(ids))));
    }

    private static boolean isSize(Failure why) {
        return WeComCode.of(why.code()) == WeComCode.ROOM_SIZE_INVALID;
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
        Outcome<JsonNode> answer = wecom.read(app, (api, access) -> api.chat(access, plan.key()));
        Failure refusal = WeComCalls.refusal(answer);
        if (refusal != null && WeComCode.in(WeComCode.ABSENT_ROOM, refusal.code())) {
            return new Outcome.Done<>(new Sighting.Absent());
        }
        if (refusal != null && WeComCode.of(refusal.code()) == WeComCode.ROOM_OF_ANOTHER) {
            return new Outcome.Done<>(new Sighting.Foreign());
        }
        return answer.then(body -> {
            JsonNode chat = body.path("chat_info");
            if (!chat.isObject()) {
                return Reply.<Sighting>lost(new Reply.Lost("WeCom's answer describes no room."))
                        .ofReading(Reply.UNREACHABLE_PAUSE);
            }
            Set<String> present = new HashSet<>();
            chat.path("userlist").forEach(id -> present.add(id.asString("")));
            return new Outcome.Done<>(
                    new Sighting.Found(new Room(plan.key(), chat.path("name").asString(""), present)));
        });
    }

    @Override
    public Outcome<Admission> admit(App app, Room room, List<RoomUser> users) {
        Set<String> present = lower(room.presentUserIds());
        List<RoomUser> admitted = new ArrayList<>();
        List<RoomUser> absent = new ArrayList<>();
        for (RoomUser user : sieve.renewed(app, users)) {
            (present.contains(user.platformUserId().toLowerCase(Locale.ROOT)) ? admitted : absent).add(user);
        }
        return RoomFilling.fill(
                        absent,
                        PEOPLE_A_CALL,
                        WeComPlatform::isSize,
                        some -> sieve.admit(
                                app,
                                some,
                                usable -> add(app, room, usable),
                                () -> present(app, room),
                                why -> WeComCode.in(WeComCode.BAD_MEMBERS, why.code()) ? Missing.Reason.REFUSED : null))
                .then(rest -> {
                    admitted.addAll(rest.admitted());
                    return new Outcome.Done<>(new Admission(admitted, rest.missing()));
                });
    }

    /** Who is in the room; nobody is known to be when it may not be read. */
    private Outcome<Predicate<RoomUser>> present(App app, Room room) {
        Outcome<JsonNode> answer = wecom.read(app, (api, access) -> api.chat(access, room.id()));
        if (answer instanceof Outcome.Refused<JsonNode>) {
            return new Outcome.Done<>(user -> false);
        }
        return answer.then(body -> {
            Set<String> in = new HashSet<>();
            body.path("chat_info")
                    .path("userlist")
                    .forEach(id -> in.add(id.asString("").toLowerCase(Locale.ROOT)));
            return new Outcome.Done<>(user -> in.contains(user.platformUserId().toLowerCase(Locale.ROOT)));
        });
    }

    private Outcome<List<RoomUser>> add(App app, Room room, List<RoomUser> users) {
        if (users.isEmpty()) {
            return new Outcome.Done<>(users);
        }
        List<String> ids =
                users.stream().map(RoomUser::platformUserId).distinct().toList();
        return wecom.call(app, (api, access) -> api.addPeople(access, new WeComBody.MorePeople(room.id(), ids)))
                .then(body -> new Outcome.Done<>(users));
    }

    @Override
    public String textOf(Briefing briefing) {
        return BriefingText.render(briefing, MESSAGE_BYTES, "\n");
    }

    @Override
    public String textOf(Notice notice) {
        return BriefingText.render(notice, MESSAGE_BYTES, "\n");
    }

    @Override
    public Outcome<Posted> post(App app, Room room, Briefing briefing) {
        return send(app, room, textOf(briefing));
    }

    @Override
    public Outcome<Posted> tell(App app, Room room, Notice notice) {
        return send(app, room, textOf(notice));
    }

    private Outcome<Posted> send(App app, Room room, String text) {
        return wecom.call(app, (api, access) -> api.send(access, WeComBody.Message.markdown(room.id(), text)))
                .then(body -> {
                    // Not on the page; one project has seen one.
                    String id = body.path("msgid").asString("");
                    return new Outcome.Done<>(new Posted(id.isEmpty() ? null : id));
                });
    }

    @Override
    public String nameOf(String wished) {
        return Cut.toLine(wished, NAME_CHARACTERS);
    }

    @Override
    public Outcome<String> rename(App app, Room room, String name) {
        String cut = nameOf(name);
        return wecom.call(app, (api, access) -> api.rename(access, new WeComBody.NewName(room.id(), cut)))
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
