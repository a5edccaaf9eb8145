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
import io.warroom.platform.Credentials;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Rooms as DingTalk scenario groups, the first message by the group template's robot. Safe for many threads. */
public final class DingTalkPlatform implements ChatPlatform, AppCheck {

    /** create-a-scene-group, 2026-05-13: a title of 30 characters, 999 people. */
    private static final int TITLE_CHARACTERS = 30;

    /** Two spaces end a line in its markdown. */
    private static final String NEWLINE = "  \n  ";

    private static final int PEOPLE_AT_CREATE = 999;
    /** add-people-to-scene-group, 2026-05-13. */
    private static final int PEOPLE_A_CALL = 100;
    /** Below the 15,000 bytes that the robot's own send takes (the-robot-sends-a-group-message); send_v2 names no limit. */
    private static final int MESSAGE_BYTES = 10_000;
    /** How long a new room may answer as if it were not there; "a few seconds" by the pages. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private static final Duration SETTLING_PAUSE = Duration.ofSeconds(3);

    private final DingTalkApi api;
    private final Clock clock;
    private final Resolution resolution;
    private final Sieve sieve;
    private final DingTalkCheck check;
    private final Cache<String, Instant> created =
            Caffeine.newBuilder().maximumSize(10_000).build();

    public DingTalkPlatform(PlatformHttp http, Clock clock) {
        this.api = new DingTalkApi(http, clock);
        this.clock = clock;
        this.resolution = new Resolution(clock, Resolution.Means.MOBILE_ONLY, this::ask);
        this.sieve = new Sieve(clock, why -> DingTalkCode.mayMeanPeople(why.code()), this::check);
        this.check = new DingTalkCheck(api, clock);
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
            String mobile =
                    contact.value().matches("\\+861[0-9]{10}") ? contact.value().substring(3) : contact.value();
            Outcome<JsonNode> answer = api.topapi(app, "v2/user/getbymobile", Map.of("mobile", mobile));
            if (answer instanceof Outcome.Done<JsonNode>(var body)) {
                String id = body.path("result").path("userid").asString("");
                heard.accept(
                        contact,
                        id.isBlank()
                                ? Finding.missing(Missing.Reason.NOT_FOUND, "Nobody in the organisation has it.")
                                : Finding.found(id));
                continue;
            }
            if (answer instanceof Outcome.Refused<JsonNode>(var why)) {
                Missing.Reason reason = DingTalkCode.person(why.code());
                if (reason != null) {
                    heard.accept(contact, Finding.missing(reason, why.words()));
                    continue;
                }
            }
            return answer.ofReading(Reply.UNREACHABLE_PAUSE).then(body -> new Outcome.Done<>(true));
        }
        return new Outcome.Done<>(true);
    }

    /** Contact calls are outside the monthly quota (basic-interfaces-such-as-log-off-and-address-book). */
    private Outcome<Finding> check(App app, String userId) {
        Outcome<JsonNode> answer = api.topapi(app, "v2/user/get", Map.of("userid", userId));
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

    /** A create that was refused for its people made no group, so the next one keeps its uuid. */
    @Override
    public Outcome<Room> create(App app, RoomPlan plan) {
        return sieve.call(app, plan.users(), users -> create(app, plan, users));
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
        Credentials.DingTalk key = DingTalkApi.credentials(app);
        String title = nameOf(plan.name());
        List<String> ids = users.stream()
                .map(RoomUser::platformUserId)
                .limit(PEOPLE_AT_CREATE)
                .toList();
        String owner = ids.contains(plan.ownerUserId()) ? plan.ownerUserId() : ids.getFirst();
        return api.v1(
                        app,
                        "im/sceneGroup/create",
                        Map.of(
                                "title", title,
                                "template_id", key.groupTemplateId(),
                                "owner_user_id", owner,
                                "user_ids", ids,
                                "uuid", plan.key()))
                .then(body -> {
                    String id = body.path("open_conversation_id").asString("");
                    if (id.isBlank()) {
                        return Reply.lost(new Reply.Lost("DingTalk's answer names no room."));
                    }
                    created.put(id, clock.instant());
                    return new Outcome.Done<>(new Room(id, title, Set.copyOf(ids)));
                });
    }

    @Override
    public Outcome<Sighting> lookUp(App app, RoomPlan plan) {
        return new Outcome.Done<>(new Sighting.RepeatCreate());
    }

    @Override
    public Outcome<Admission> admit(App app, Room room, List<RoomUser> users) {
        List<RoomUser> admitted = new ArrayList<>();
        List<RoomUser> absent = new ArrayList<>();
        for (RoomUser user : users) {
            (room.presentUserIds().contains(user.platformUserId()) ? admitted : absent).add(user);
        }
        List<Missing> missing = new ArrayList<>();
        for (int from = 0; from < absent.size(); from += PEOPLE_A_CALL) {
            List<RoomUser> batch = absent.subList(from, Math.min(absent.size(), from + PEOPLE_A_CALL));
            Outcome<List<RoomUser>> added = sieve.call(app, batch, usable -> settled(room, add(app, room, usable)));
            Missing.Reason reason =
                    added instanceof Outcome.Refused<List<RoomUser>>(var why) ? DingTalkCode.person(why.code()) : null;
            if (added instanceof Outcome.Done<List<RoomUser>>(var in)) {
                admitted.addAll(in);
                missing.addAll(sieve.missing(
                        app, batch.stream().filter(user -> !in.contains(user)).toList()));
            } else if (reason != null && added instanceof Outcome.Refused<List<RoomUser>>(var why)) {
                batch.forEach(user -> missing.add(new Missing(user.person(), reason, why.words())));
            } else {
                return added.then(in -> new Outcome.Done<>(new Admission(admitted, missing)));
            }
        }
        return new Outcome.Done<>(new Admission(admitted, missing));
    }

    private Outcome<List<RoomUser>> add(App app, Room room, List<RoomUser> users) {
        if (users.isEmpty()) {
            return new Outcome.Done<>(users);
        }
        List<String> ids =
                users.stream().map(RoomUser::platformUserId).distinct().toList();
        return api.v1(app, "im/sceneGroup/member/add", Map.of("open_conversation_id", room.id(), "user_ids", ids))
                .then(body -> new Outcome.Done<>(users));
    }

    @Override
    public Outcome<Posted> post(App app, Room room, Briefing briefing) {
        return send(app, room, briefing.title(), BriefingText.render(briefing, MESSAGE_BYTES, NEWLINE));
    }

    @Override
    public Outcome<Posted> tell(App app, Room room, Notice notice) {
        return send(app, room, notice.title(), BriefingText.render(notice, MESSAGE_BYTES, NEWLINE));
    }

    private Outcome<Posted> send(App app, Room room, String title, String markdown) {
        String content = api.write(
                Map.of("title", Cut.toCharacters(BriefingText.plain(title), 100), "markdown_content", markdown));
        return settled(
                        room,
                        api.topapi(
                                app,
                                "im/chat/scencegroup/message/send_v2",
                                Map.of(
                                        "target_open_conversation_id",
                                        room.id(),
                                        "robot_code",
                                        DingTalkApi.credentials(app).robotId(),
                                        "msg_template_id",
                                        "inner_app_template_markdown",
                                        "msg_param_map",
                                        content)))
                .then(body -> {
                    String id = body.path("open_msg_id").asString("");
                    return new Outcome.Done<>(new Posted(id.isEmpty() ? null : id));
                });
    }

    @Override
    public String nameOf(String wished) {
        return Cut.toCharacters(wished, TITLE_CHARACTERS);
    }

    @Override
    public Outcome<String> rename(App app, Room room, String name) {
        String cut = nameOf(name);
        return settled(
                        room,
                        api.v1(app, "im/sceneGroup/update", Map.of("open_conversation_id", room.id(), "title", cut)))
                .then(body -> new Outcome.Done<>(cut));
    }

    @Override
    public Outcome<Boolean> dissolve(App app, Room room) {
        Outcome<JsonNode> answer =
                settled(room, api.v1(app, "im/chat/scenegroup/disband", Map.of("openConversationId", room.id())));
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
