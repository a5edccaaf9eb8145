package io.warroom.platform.dingtalk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Rooms as DingTalk scenario groups, the first message by the group template's robot. Safe for many threads. */
public final class DingTalkPlatform implements ChatPlatform, AppCheck {

    /** create-a-scene-group, 2026-05-13: a title of 30 characters, 999 people. */
    private static final int TITLE_CHARACTERS = 30;

    /** Two spaces end a line in its markdown. */
    private static final String NEWLINE = "  \n  ";

    private static final int PEOPLE_AT_CREATE = 999;
    /** Up to as many come in one reply (query-group-members). */
    private static final int PEOPLE_IN_A_ROOM = 1_000;

    /** add-people-to-scene-group, 2026-05-13. */
    private static final int PEOPLE_A_CALL = 100;
    /** Below the 15,000 bytes that the robot's own send takes (the-robot-sends-a-group-message); send_v2 names no limit. */
    private static final int MESSAGE_BYTES = 10_000;
    /** How long a new room may answer as if it were not there; "a few seconds" by the pages. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private static final Duration SETTLING_PAUSE = Duration.ofSeconds(3);

    private final DingTalkCalls dingtalk;
    private final Clock clock;
    private final Resolution resolution;
    private final Sieve sieve;
    private final DingTalkCheck check;
    /** What creates asked for that were never answered; as many as have so many people. */
    private final Cache<Asked, DingTalkBody.NewGroup> unanswered = Caffeine.newBuilder()
            .maximumWeight(500_000)
            .weigher((Asked asked, DingTalkBody.NewGroup group) ->
                    group.userIds().size())
            .build();

    /** Creates of which we were told that they were never answered, and that we did not send, or forgot: before a restart. */
    private final Cache<Asked, Boolean> unansweredBefore =
            Caffeine.newBuilder().maximumSize(50_000).build();

    private final Cache<String, Instant> created =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private record Asked(String tenantId, long revision, String key) {}

    public DingTalkPlatform(PlatformHttp http, Pace pace, Clock clock) {
        this.dingtalk = new DingTalkCalls(http, pace, clock, new RefusedSecrets(clock));
        this.clock = clock;
        this.resolution = new Resolution(clock, Resolution.Means.MOBILE_ONLY, this::ask);
        this.sieve = new Sieve(clock, why -> DingTalkCode.mayMeanPeople(why.code()), this::check, resolution);
        this.check = new DingTalkCheck(dingtalk, clock);
    }

    /** What a code means, in words; empty when the table does not list it. */
    public static Optional<CodeRow> codeRow(String code) {
        return Optional.ofNullable(DingTalkCode.of(code)).map(DingTalkCode::row);
    }

    /** All rows of the table of codes. */
    public static List<CodeRow> codeRows() {
        return Stream.of(DingTalkCode.values()).map(DingTalkCode::row).toList();
    }

    @Override
    public PlatformKind kind() {
        return PlatformKind.DINGTALK;
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
        for (Contact contact : contacts) {
            Outcome<Finding> finding =
                    new Outcome.Done<>(Finding.missing(Missing.Reason.NOT_FOUND, "Nobody in the organisation has it."));
            for (String form : MobileNumber.hyphenatedThenPlain(contact.value())) {
                finding = byMobile(app, form);
                if (!(finding instanceof Outcome.Done<Finding>(var found)) || found.userId() != null) {
                    break;
                }
            }
            if (!(finding instanceof Outcome.Done<Finding>(var known))) {
                return finding.then(ignored -> new Outcome.Done<>(true));
            }
            heard.accept(contact, known);
        }
        return new Outcome.Done<>(true);
    }

    private Outcome<Finding> byMobile(App app, String mobile) {
        Outcome<JsonNode> answer =
                dingtalk.legacy(app, (api, access) -> api.userByMobile(access, new DingTalkBody.Mobile(mobile)));
        if (answer instanceof Outcome.Refused<JsonNode>(var why)) {
            Missing.Reason reason = DingTalkCode.person(why.code());
            if (reason != null || why.kind() == Failure.Kind.REFUSED) {
                return new Outcome.Done<>(
                        Finding.missing(reason == null ? Missing.Reason.REFUSED : reason, why.words()));
            }
        }
        return answer.ofReading(Reply.UNREACHABLE_PAUSE).then(body -> {
            String id = body.path("result").path("userid").asString("");
            return new Outcome.Done<>(
                    id.isBlank()
                            ? Finding.missing(Missing.Reason.LOOKUP_FAILED, "DingTalk's answer names nobody.")
                            : Finding.found(id));
        });
    }

    /** Contact calls are outside the monthly quota (basic-interfaces-such-as-log-off-and-address-book). */
    private Outcome<Finding> check(App app, String userId) {
        Outcome<JsonNode> answer =
                dingtalk.legacy(app, (api, access) -> api.user(access, new DingTalkBody.User(userId)));
        if (answer instanceof Outcome.Refused<JsonNode>(var why)) {
            Missing.Reason reason = DingTalkCode.person(why.code());
            if (reason != null) {
                return new Outcome.Done<>(Finding.missing(reason, why.words()));
            }
            if (DingTalkCode.of(why.code()) == DingTalkCode.PERMISSION_MISSING) {
                return new Outcome.Done<>(Finding.missing(
                        Missing.Reason.LOOKUP_FAILED,
                        "DingTalk refused one of the people, and the app misses the permission qyapi_get_member by which"
                                + " it could be told who that is."));
            }
        }
        return answer.then(body -> new Outcome.Done<>(Finding.found(userId)));
    }

    /**
     * A create that was refused for its people made no group, so the next one keeps its uuid. One that was never answered may
     * have made it: whether a repeat is compared with the first is not documented, so it is the same to the letter, and who has
     * become known meanwhile is added behind it. Where somebody before us sent the first, it is not known whom it named: then
     * nobody is known to be in the room.
     */
    @Override
    public Outcome<Room> create(App app, RoomPlan plan) {
        Asked asked = new Asked(app.tenantId(), app.revision(), plan.key());
        DingTalkBody.NewGroup before = unanswered.getIfPresent(asked);
        boolean byOthers = unansweredBefore.getIfPresent(asked) != null;
        if (before == null && !byOthers) {
            return sieve.call(app, plan.users(), users -> create(app, plan, users));
        }
        Outcome<Room> repeated = before == null
                ? sieve.call(app, plan.users(), users -> create(app, plan, users))
                : repeat(app, plan, before);
        if (repeated instanceof Outcome.Refused<Room>(var why)
                && DingTalkCode.of(why.code()) == DingTalkCode.PARAMETER_INVALID) {
            return new Outcome.Refused<>(new Failure(
                    why.kind(),
                    "DingTalk did not answer when the room was made, and refuses to say again which one it is. Look in"
                            + " DingTalk whether there is a room \"" + nameOf(plan.name())
                            + "\": its people are in it, and nothing was posted.",
                    why.code(),
                    why.requestId()));
        }
        return byOthers
                ? repeated.then(room -> new Outcome.Done<>(new Room(room.id(), room.name(), Set.of())))
                : repeated;
    }

    private Outcome<Room> repeat(App app, RoomPlan plan, DingTalkBody.NewGroup before) {
        Outcome<Room> repeated = create(app, plan, before);
        return repeated instanceof Outcome.Refused<Room>(var why) && DingTalkCode.mayMeanPeople(why.code())
                ? sieve.call(app, plan.users(), users -> create(app, plan, users))
                : repeated;
    }

    private Outcome<Room> create(App app, RoomPlan plan, List<RoomUser> users) {
        if (users.isEmpty()) {
            return new Outcome.Refused<>(new Failure(
                    Failure.Kind.TOO_FEW_PEOPLE,
                    "A DingTalk room needs an owner, and none of the people can be used. "
                            + sieve.missing(app, plan.users()).stream()
                                    .findFirst()
                                    .map(Missing::detail)
                                    .orElse(""),
                    null,
                    null));
        }
        List<String> ids = users.stream()
                .map(RoomUser::platformUserId)
                .limit(PEOPLE_AT_CREATE)
                .toList();
        String owner = ids.contains(plan.ownerUserId()) ? plan.ownerUserId() : ids.getFirst();
        var key = DingTalkCalls.credentials(app);
        return create(
                app,
                plan,
                new DingTalkBody.NewGroup(nameOf(plan.name()), key.groupTemplateId(), owner, ids, plan.key()));
    }

    private Outcome<Room> create(App app, RoomPlan plan, DingTalkBody.NewGroup group) {
        Outcome<Room> room = dingtalk.v1(app, (api, access) -> api.createGroup(access, group))
                .then(body -> {
                    String id = body.path("open_conversation_id").asString("");
                    if (id.isBlank()) {
                        return Reply.lost(new Reply.Lost("DingTalk's answer names no room."));
                    }
                    created.put(id, clock.instant());
                    return new Outcome.Done<>(new Room(id, group.title(), Set.copyOf(group.userIds())));
                });
        Asked asked = new Asked(app.tenantId(), app.revision(), plan.key());
        if (room instanceof Outcome.Refused<Room>(var why)
                && isFull(why)
                && group.userIds().size() > 1) {
            // The limit is smaller than the documented one. The others who fit are added to the room.
            List<String> half = group.userIds().subList(0, group.userIds().size() / 2);
            return create(
                    app,
                    plan,
                    new DingTalkBody.NewGroup(
                            group.title(),
                            group.templateId(),
                            half.contains(group.ownerId()) ? group.ownerId() : half.getFirst(),
                            half,
                            group.uuid()));
        }
        if (room instanceof Outcome.Unknown<Room>) {
            unanswered.put(asked, group);
        } else if (!(room instanceof Outcome.NotYet<Room>)) {
            unanswered.invalidate(asked);
        }
        return room;
    }

    private static boolean isFull(Failure why) {
        return DingTalkCode.of(why.code()) == DingTalkCode.ROOM_FULL;
    }

    /** No call finds a group. Who looks for one whose create we do not remember was not the one who sent it. */
    @Override
    public Outcome<Sighting> lookUp(App app, RoomPlan plan) {
        Asked asked = new Asked(app.tenantId(), app.revision(), plan.key());
        if (unanswered.getIfPresent(asked) == null) {
            unansweredBefore.put(asked, true);
        }
        return new Outcome.Done<>(new Sighting.RepeatCreate());
    }

    @Override
    public Outcome<Admission> admit(App app, Room room, List<RoomUser> users) {
        List<RoomUser> admitted = new ArrayList<>();
        List<RoomUser> absent = new ArrayList<>();
        for (RoomUser user : sieve.renewed(app, users)) {
            (room.presentUserIds().contains(user.platformUserId()) ? admitted : absent).add(user);
        }
        return RoomFilling.fill(
                        absent,
                        PEOPLE_A_CALL,
                        DingTalkPlatform::isFull,
                        some -> sieve.admit(
                                app,
                                some,
                                usable -> settled(room, add(app, room, usable)),
                                () -> present(app, room),
                                why -> isFull(why) ? null : DingTalkCode.person(why.code())))
                .then(rest -> {
                    admitted.addAll(rest.admitted());
                    return new Outcome.Done<>(new Admission(admitted, rest.missing()));
                });
    }

    /** Who is in the room (query-group-members); nobody is known to be when it may not be read. */
    private Outcome<Predicate<RoomUser>> present(App app, Room room) {
        Outcome<JsonNode> answer = dingtalk.v1(
                        app,
                        (api, access) -> api.people(access, new DingTalkBody.PeopleOf(room.id(), PEOPLE_IN_A_ROOM)))
                .ofReading(Reply.UNREACHABLE_PAUSE);
        if (answer instanceof Outcome.Refused<JsonNode>) {
            return new Outcome.Done<>(user -> false);
        }
        return answer.then(body -> {
            if (!body.path("memberUserIds").isArray()) {
                return Reply.<Predicate<RoomUser>>lost(new Reply.Lost("DingTalk's answer lists no members."))
                        .ofReading(Reply.UNREACHABLE_PAUSE);
            }
            Set<String> in = new HashSet<>();
            body.path("memberUserIds").forEach(id -> in.add(id.asString("")));
            return new Outcome.Done<>(user -> in.contains(user.platformUserId()));
        });
    }

    private Outcome<List<RoomUser>> add(App app, Room room, List<RoomUser> users) {
        if (users.isEmpty()) {
            return new Outcome.Done<>(users);
        }
        List<String> ids =
                users.stream().map(RoomUser::platformUserId).distinct().toList();
        return dingtalk.change(app, (api, access) -> api.addPeople(access, new DingTalkBody.MorePeople(room.id(), ids)))
                .then(body -> new Outcome.Done<>(users));
    }

    @Override
    public String textOf(Briefing briefing) {
        return BriefingText.render(briefing, MESSAGE_BYTES, NEWLINE);
    }

    @Override
    public String textOf(Notice notice) {
        return BriefingText.render(notice, MESSAGE_BYTES, NEWLINE);
    }

    @Override
    public Outcome<Posted> post(App app, Room room, Briefing briefing) {
        return send(app, room, briefing.title(), textOf(briefing));
    }

    @Override
    public Outcome<Posted> tell(App app, Room room, Notice notice) {
        return send(app, room, notice.title(), textOf(notice));
    }

    private Outcome<Posted> send(App app, Room room, String title, String markdown) {
        String content = dingtalk.write(
                Map.of("title", Cut.toCharacters(BriefingText.plain(title), 100), "markdown_content", markdown));
        var message = new DingTalkBody.Message(
                room.id(), DingTalkCalls.credentials(app).robotId(), "inner_app_template_markdown", content);
        return settled(room, dingtalk.legacy(app, (api, access) -> api.send(access, message)))
                .then(body -> {
                    String id = body.path("open_msg_id").asString("");
                    return new Outcome.Done<>(new Posted(id.isEmpty() ? null : id));
                });
    }

    @Override
    public String nameOf(String wished) {
        return Cut.toLine(wished, TITLE_CHARACTERS);
    }

    @Override
    public Outcome<String> rename(App app, Room room, String name) {
        String cut = nameOf(name);
        var title = new DingTalkBody.NewTitle(room.id(), cut);
        return settled(room, dingtalk.change(app, (api, access) -> api.rename(access, title)))
                .then(body -> new Outcome.Done<>(cut));
    }

    @Override
    public Outcome<Boolean> dissolve(App app, Room room) {
        Outcome<JsonNode> answer = settled(
                room, dingtalk.change(app, (api, access) -> api.disband(access, new DingTalkBody.Group(room.id()))));
        return answer instanceof Outcome.Refused<JsonNode>(var why)
                        && DingTalkCode.of(why.code()) == DingTalkCode.ROOM_DISSOLVED
                ? new Outcome.Done<>(true)
                : answer.then(body -> new Outcome.Done<>(true));
    }

    /** A room just made may answer as if it, its robot or its template were not there: that passes. */
    private <T> Outcome<T> settled(Room room, Outcome<T> outcome) {
        Instant since = created.getIfPresent(room.id());
        if (since != null
                && clock.instant().isBefore(since.plus(SETTLING))
                && outcome instanceof Outcome.Refused<T>(var why)
                && why.code() != null
                && DingTalkCode.SETTLING.contains(why.code())) {
            return new Outcome.NotYet<>(
                    new Failure(
                            Failure.Kind.IN_PROGRESS,
                            "DingTalk is still setting the new room up.",
                            why.code(),
                            why.requestId()),
                    SETTLING_PAUSE);
        }
        return outcome;
    }
}
