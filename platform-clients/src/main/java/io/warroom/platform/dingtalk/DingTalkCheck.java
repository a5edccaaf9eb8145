package io.warroom.platform.dingtalk;

import static io.warroom.platform.check.Inspection.refusal;

import io.warroom.platform.App;
import io.warroom.platform.AppCheck.Depth;
import io.warroom.platform.AppFinding;
import io.warroom.platform.AppFinding.Code;
import io.warroom.platform.AppFinding.Severity;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.check.Advice;
import io.warroom.platform.check.Inspection;
import io.warroom.platform.http.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * DingTalk's steps when an app is enabled: secret, our address and contact range (auth/scopes), the permissions, the default
 * owner, the agent id; with a test room also group template and robot, which no call can read. A permission is tried with ids
 * of nobody: the gateway looks at permissions first, so that nothing else happens (inference from add-api-permission).
 */
final class DingTalkCheck {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration LIMIT_WITH_ROOM = Duration.ofSeconds(80);
    private static final String ROOM_NAME = "Warroom check";
    private static final String NOBODY = "warroom-check";
    /** How long and how often a new room is asked again that is still being set up ("a few seconds" by the pages). */
    private static final int SETTLING_TRIES = 5;

    private static final Duration SETTLING_PAUSE = Duration.ofSeconds(2);

    private static final String PERMISSIONS_PAGE =
            "Developer console, the app, Permission Management (权限管理): apply for it.";
    private static final String TEMPLATE_PAGE =
            "Developer console, Open Capabilities, Scene Groups, Group Templates: copy the id of a published template of this"
                    + " organisation.";
    private static final String ROBOT_PAGE =
            "Developer console, Open Capabilities, Scene Groups: copy the robot's code, associate the robot with the group"
                    + " template, and publish the template.";
    private static final String CREDENTIALS_PAGE =
            "Developer console, the app, Credentials and Basic Information (凭证与基础信息): copy Client ID and Client Secret again.";

    private static final Map<DingTalkCode, Advice> ADVICE = new EnumMap<>(Map.ofEntries(
            Map.entry(DingTalkCode.KEY_WRONG, new Advice(Code.KEY_REJECTED, CREDENTIALS_PAGE)),
            Map.entry(
                    DingTalkCode.TOKEN_STALE,
                    new Advice(
                            Code.APP_DISABLED,
                            "Developer console, the app, Version Management and Release: publish a version.")),
            Map.entry(
                    DingTalkCode.ADDRESS_NOT_ALLOWED,
                    new Advice(
                            Code.ADDRESS_NOT_ALLOWED,
                            "Developer console, the app, Security Settings (安全设置), Server Exit IP: add our address.")),
            Map.entry(DingTalkCode.PERMISSION_MISSING, new Advice(Code.PERMISSION_MISSING, PERMISSIONS_PAGE)),
            Map.entry(
                    DingTalkCode.APP_DISABLED,
                    new Advice(Code.APP_DISABLED, "DingTalk's admin console, Workbench, the app: enable it.")),
            Map.entry(
                    DingTalkCode.ORGANISATION_DISABLED,
                    new Advice(Code.ORGANISATION_DISABLED, "Ask DingTalk why the organisation is disabled.")),
            Map.entry(
                    DingTalkCode.PATH_UNKNOWN,
                    new Advice(Code.REFUSED, "Choose the region of the app: DINGTALK or DINGTALK_INTERNATIONAL.")),
            Map.entry(
                    DingTalkCode.QUOTA_USED,
                    new Advice(
                            Code.QUOTA_EXHAUSTED,
                            "Developer console, Resources: buy more calls, then save the app's key here again; else they come"
                                    + " back on the 1st.")),
            Map.entry(DingTalkCode.TEMPLATE_ABSENT, new Advice(Code.TEMPLATE_UNUSABLE, TEMPLATE_PAGE)),
            Map.entry(DingTalkCode.TEMPLATE_NOT_ALLOWED, new Advice(Code.TEMPLATE_UNUSABLE, TEMPLATE_PAGE)),
            Map.entry(
                    DingTalkCode.CHECK_FAILED,
                    new Advice(
                            Code.TEMPLATE_UNUSABLE,
                            TEMPLATE_PAGE
                                    + " And put the default owner into the app's visible range (Version Management and"
                                    + " Release).")),
            Map.entry(
                    DingTalkCode.AGENT_UNKNOWN,
                    new Advice(
                            Code.SERVICE_ID_WRONG,
                            "Developer console, the app, Credentials and Basic Information (凭证与基础信息), AgentId: give it as"
                                    + " serviceId.")),
            Map.entry(DingTalkCode.ROBOT_UNUSABLE, new Advice(Code.ROBOT_UNUSABLE, ROBOT_PAGE))));

    private final DingTalkCalls live;
    private final Clock clock;

    DingTalkCheck(DingTalkCalls live, Clock clock) {
        this.live = live;
        this.clock = clock;
    }

    List<AppFinding> check(App app, Depth depth) {
        boolean withRoom = depth == Depth.WITH_TEST_ROOM;
        Inspection inspection = new Inspection(clock, withRoom ? LIMIT_WITH_ROOM : LIMIT);
        DingTalkCalls dingtalk = live.forCheck();
        if (!inspection.signIn(() -> dingtalk.signIn(app), DingTalkCheck::meaning)) {
            return inspection.findings();
        }
        inspection.add(AppFinding.ok(Code.KEY_ACCEPTED, "DingTalk takes the client id and the client secret."));
        inspection
                .ask(
                        () -> dingtalk.legacy(app, DingTalkLegacyApi::contactRange)
                                .ofReading(Reply.UNREACHABLE_PAUSE),
                        DingTalkCheck::meaning)
                .ifPresent(body -> inspection.add(range(body.path("auth_org_scopes"))));
        permissions(app, dingtalk, inspection);
        serviceId(app, dingtalk, inspection);
        if (!withRoom) {
            inspection.add(
                    AppFinding.of(
                            Severity.UNCHECKED,
                            Code.TEST_ROOM_NEEDED,
                            "DingTalk does not tell whether the group template and the robot can be used: only a test room shows it.",
                            "Check again with full=true: it makes a room with the default owner alone, posts into it and dissolves it."));
        } else {
            tryRoom(app, dingtalk, inspection);
        }
        return inspection.findings();
    }

    private static AppFinding range(JsonNode scopes) {
        return scopes.path("authed_dept").isEmpty()
                        && scopes.path("authed_user").isEmpty()
                ? AppFinding.of(
                        Severity.ERROR,
                        Code.RANGE_TOO_SMALL,
                        "The app's contact range holds no department and no person: nobody would be found.",
                        "Developer console, the app, Permission Management (权限管理), Contact Range (通讯录权限范围): choose all"
                                + " employees.")
                : AppFinding.ok(Code.RANGE_SUFFICIENT, "The app's contact range holds people.");
    }

    private static void permissions(App app, DingTalkCalls dingtalk, Inspection inspection) {
        boolean byMobile = has(
                inspection,
                () -> dingtalk.legacy(app, (api, access) -> api.userByMobile(access, new DingTalkBody.Mobile("0"))),
                Severity.ERROR,
                "qyapi_get_member_by_mobile");
        boolean byId = owner(app, dingtalk, inspection);
        boolean chats = has(
                inspection,
                () -> dingtalk.v1(app, (api, access) -> api.group(access, new DingTalkBody.Group(NOBODY)))
                        .ofReading(SETTLING_PAUSE),
                Severity.ERROR,
                "qyapi_chat_manage");
        if (byMobile && byId && chats) {
            inspection.add(AppFinding.ok(Code.PERMISSIONS_GRANTED, "The app has the permissions that war rooms need."));
        }
    }

    /** Asks about nobody: any answer but the want of the permission, the address or the app shows that it is there. */
    private static boolean has(
            Inspection inspection, Supplier<Outcome<JsonNode>> call, Severity severity, String permission) {
        return inspection
                .ask(() -> answered(call.get()), why -> permission(why, severity, permission))
                .isPresent();
    }

    /** A refusal that speaks of the id that was given. */
    private static Outcome<Boolean> answered(Outcome<JsonNode> answer) {
        boolean ofTheId = answer instanceof Outcome.Refused<JsonNode>(var why)
                && (why.kind() == Failure.Kind.REFUSED
                        || why.kind() == Failure.Kind.ROOM_GONE
                        || DingTalkCode.of(why.code()) == DingTalkCode.CHECK_FAILED);
        return ofTheId ? new Outcome.Done<>(true) : answer.then(body -> new Outcome.Done<>(true));
    }

    private static AppFinding permission(Failure why, Severity severity, String permission) {
        return DingTalkCode.of(why.code()) == DingTalkCode.PERMISSION_MISSING
                ? new AppFinding(
                        severity,
                        Code.PERMISSION_MISSING,
                        "The app misses the permission " + permission + ".",
                        PERMISSIONS_PAGE,
                        why.code(),
                        why.requestId())
                : meaning(why);
    }

    /** Rooms can be opened without qyapi_get_member; it tells who of several people is to blame for a refusal. */
    private static boolean owner(App app, DingTalkCalls dingtalk, Inspection inspection) {
        String owner = app.defaultOwner();
        String asked = owner == null ? NOBODY : owner;
        Set<DingTalkCode> ofThePerson = Set.of(DingTalkCode.USER_UNKNOWN, DingTalkCode.OUT_OF_RANGE);
        return inspection
                .ask(
                        () -> {
                            Outcome<JsonNode> answer = dingtalk.legacy(
                                    app, (api, access) -> api.user(access, new DingTalkBody.User(asked)));
                            if (owner == null) {
                                return answered(answer);
                            }
                            if (answer instanceof Outcome.Refused<JsonNode>(var why)) {
                                DingTalkCode code = DingTalkCode.of(why.code());
                                if (code != null && ofThePerson.contains(code)) {
                                    inspection.add(AppFinding.of(
                                            Severity.WARNING,
                                            Code.OWNER_NOT_USABLE,
                                            why,
                                            "Give the user id (工号 / userid) of somebody inside the app's contact and visible range as"
                                                    + " defaultOwner."));
                                    return new Outcome.Done<>(true);
                                }
                            }
                            return answer.then(body -> {
                                inspection.add(AppFinding.ok(
                                        Code.OWNER_FOUND, "The default owner is in the organisation's contacts."));
                                return new Outcome.Done<>(true);
                            });
                        },
                        why -> permission(why, Severity.WARNING, "qyapi_get_member"))
                .isPresent();
    }

    /** Work notifications need the agent id, rooms do not; reading it takes a permission that nothing else needs. */
    private static void serviceId(App app, DingTalkCalls dingtalk, Inspection inspection) {
        String serviceId = Long.toString(DingTalkCalls.credentials(app).serviceId());
        Optional<JsonNode> apps = inspection.ask(
                () -> dingtalk.v1(app, DingTalkApi::apps).ofReading(Reply.UNREACHABLE_PAUSE),
                why -> DingTalkCode.of(why.code()) == DingTalkCode.PERMISSION_MISSING
                        ? AppFinding.of(
                                Severity.UNCHECKED,
                                Code.SERVICE_ID_NOT_CHECKED,
                                why,
                                "Nothing needs to be done: the permission qyapi_get_microapp_list would let the service id (agent"
                                        + " id) be checked.")
                        : meaning(why));
        apps.ifPresent(body -> {
            boolean known = body.path("appList")
                    .valueStream()
                    .anyMatch(one -> one.path("agentId").asString("").equals(serviceId));
            inspection.add(
                    known
                            ? AppFinding.ok(
                                    Code.SERVICE_ID_CONFIRMED,
                                    "The service id (agent id) is an app's of this organisation.")
                            : AppFinding.of(
                                    Severity.ERROR,
                                    Code.SERVICE_ID_WRONG,
                                    "No app of the organisation has this service id (agent id).",
                                    "Developer console, the app, Credentials and Basic Information (凭证与基础信息), AgentId: give it as"
                                            + " serviceId."));
        });
    }

    private void tryRoom(App app, DingTalkCalls dingtalk, Inspection inspection) {
        String owner = app.defaultOwner();
        if (owner == null) {
            inspection.add(AppFinding.of(
                    Severity.UNCHECKED,
                    Code.TEST_ROOM_NEEDED,
                    "No test room was made, as no default owner is given and a DingTalk group needs an owner.",
                    "Give defaultOwner."));
            return;
        }
        Credentials.DingTalk key = DingTalkCalls.credentials(app);
        String uuid = "check" + Long.toString(clock.millis(), 36);
        var group = new DingTalkBody.NewGroup(ROOM_NAME, key.groupTemplateId(), owner, List.of(owner), uuid);
        Supplier<Outcome<JsonNode>> create = () -> dingtalk.v1(app, (api, access) -> api.createGroup(access, group));
        Optional<JsonNode> created = inspection.makeRoom(
                ROOM_NAME,
                create,
                why -> DingTalkCode.of(why.code()) == DingTalkCode.MEMBER_UNKNOWN
                        ? AppFinding.of(
                                Severity.WARNING,
                                Code.OWNER_NOT_USABLE,
                                why,
                                "Give the user id of an employee inside the app's visible range as defaultOwner.")
                        : permission(why, Severity.ERROR, "qyapi_chat_manage"));
        if (created.isEmpty()) {
            return;
        }
        String id = created.get().path("open_conversation_id").asString("");
        boolean used = robot(app, dingtalk, id, key.robotId(), inspection);
        dissolve(app, dingtalk, id, used, inspection);
    }

    private static boolean robot(
            App app, DingTalkCalls dingtalk, String roomId, String robotId, Inspection inspection) {
        var message = new DingTalkBody.Message(
                roomId,
                robotId,
                "inner_app_template_markdown",
                dingtalk.write(
                        Map.of("title", ROOM_NAME, "markdown_content", "A check by Warroom; nothing is to be done.")));
        boolean there = inspection
                .ask(
                        () -> settled(() -> dingtalk.v1(app, (api, access) -> api.robot(access, robotId, roomId))
                                .ofReading(Reply.UNREACHABLE_PAUSE)),
                        DingTalkCheck::meaning)
                .isPresent();
        return there
                && inspection
                        .ask(
                                () -> settled(() -> dingtalk.legacy(app, (api, access) -> api.send(access, message))),
                                DingTalkCheck::meaning)
                        .isPresent();
    }

    /** A room just made may answer as if its robot and its template were not there. */
    private static Outcome<JsonNode> settled(Supplier<Outcome<JsonNode>> call) {
        Outcome<JsonNode> answer = call.get();
        for (int tries = 1; tries < SETTLING_TRIES && settling(answer); tries++) {
            try {
                Thread.sleep(SETTLING_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return answer;
            }
            answer = call.get();
        }
        return answer;
    }

    private static boolean settling(Outcome<JsonNode> answer) {
        return answer instanceof Outcome.Refused<JsonNode>(var why)
                && why.code() != null
                && DingTalkCode.SETTLING.contains(why.code());
    }

    /** Whatever went before, the room is not left if that can be helped. */
    private static void dissolve(App app, DingTalkCalls dingtalk, String roomId, boolean used, Inspection inspection) {
        Outcome<JsonNode> gone = dingtalk.v1(app, (api, access) -> api.disband(access, new DingTalkBody.Group(roomId)));
        if (!(gone instanceof Outcome.Done<JsonNode>)) {
            inspection.add(AppFinding.of(
                    Severity.WARNING,
                    Code.TEST_ROOM_LEFT,
                    "The test room \"" + ROOM_NAME + "\" (" + roomId + ") could not be dissolved.",
                    "Its owner can dissolve it by hand; nobody else is in it."));
        } else if (used) {
            inspection.add(
                    AppFinding.ok(Code.TEST_ROOM_OPENED, "A test room was made, written into and dissolved again."));
        }
    }

    private static AppFinding meaning(Failure why) {
        DingTalkCode code = DingTalkCode.of(why.code());
        return refusal(why, code == null ? null : ADVICE.get(code));
    }
}
