package io.warroom.platform.wecom;

import static io.warroom.platform.check.Inspection.refusal;

import io.warroom.platform.App;
import io.warroom.platform.AppCheck.Depth;
import io.warroom.platform.AppFinding;
import io.warroom.platform.AppFinding.Code;
import io.warroom.platform.AppFinding.Severity;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.check.Advice;
import io.warroom.platform.check.Inspection;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * WeCom's steps when an app is enabled: both secrets, agent id, whether the app is on, its visible range, our address, and the
 * default owner (gettoken, agent/get and user/list_id; path/91039, 96448, 96067). No call finds out about group chats without
 * making one, and none dissolves one: no depth makes a room.
 */
final class WeComCheck {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    /** "Root department, fixed 1" (path/96255). */
    private static final int ROOT_DEPARTMENT = 1;

    private static final String TRUSTED_IPS =
            "Admin console, App Management (应用管理), the app, Trusted IPs (企业可信IP): add our address; it counts after about a"
                    + " minute. The app must have a trusted domain or a message-receiving URL before.";

    private static final Map<WeComCode, Advice> ADVICE = new EnumMap<>(Map.ofEntries(
            Map.entry(WeComCode.SECRET_WRONG, key("App Management (应用管理), the app, Secret: copy it again.")),
            Map.entry(WeComCode.SECRET_OF_ANOTHER, key("App Management (应用管理), the app, Secret: copy it again.")),
            Map.entry(WeComCode.SECRET_ABSENT, key("App Management (应用管理), the app, Secret: copy it again.")),
            Map.entry(WeComCode.ENTERPRISE_UNKNOWN, key("My Enterprise (我的企业), at the bottom, Enterprise ID.")),
            Map.entry(WeComCode.ENTERPRISE_ID_ABSENT, key("My Enterprise (我的企业), at the bottom, Enterprise ID.")),
            Map.entry(WeComCode.AGENT_UNKNOWN, new Advice(Code.SERVICE_ID_WRONG, agentId())),
            Map.entry(WeComCode.AGENT_OF_ANOTHER, new Advice(Code.SERVICE_ID_WRONG, agentId())),
            Map.entry(WeComCode.ADDRESS_NOT_ALLOWED, new Advice(Code.ADDRESS_NOT_ALLOWED, TRUSTED_IPS)),
            Map.entry(
                    WeComCode.APP_DISABLED,
                    new Advice(Code.APP_DISABLED, "Admin console, App Management (应用管理), the app: enable it.")),
            Map.entry(
                    WeComCode.API_WITHDRAWN,
                    new Advice(
                            Code.PERMISSION_MISSING,
                            "Admin console, App Management (应用管理), the app: restore its right to call the interface.")),
            Map.entry(
                    WeComCode.API_NOT_ALLOWED,
                    new Advice(
                            Code.PERMISSION_MISSING,
                            "Use the secret of a self-built app (自建应用), not that of contacts sync or of a third party's app.")),
            Map.entry(
                    WeComCode.ENTERPRISE_CLOSED,
                    new Advice(Code.ORGANISATION_DISABLED, "Ask WeCom why the enterprise is closed.")),
            Map.entry(WeComCode.NO_PRIVILEGE, new Advice(Code.RANGE_TOO_SMALL, range())),
            Map.entry(WeComCode.OUT_OF_RANGE, new Advice(Code.RANGE_TOO_SMALL, range()))));

    private final WeComCalls live;
    private final Clock clock;

    WeComCheck(WeComCalls live, Clock clock) {
        this.live = live;
        this.clock = clock;
    }

    List<AppFinding> check(App app, Depth depth) {
        Inspection inspection = new Inspection(clock, LIMIT);
        WeComCalls wecom = live.forCheck();
        if (inspection.signIn(() -> wecom.signIn(app), WeComCheck::meaning)) {
            inspection.add(AppFinding.ok(Code.KEY_ACCEPTED, "WeCom takes the enterprise id and the enterprise key."));
            agent(app, wecom, inspection);
            owner(app, wecom, inspection);
            addressBook(app, live.forCheck(), inspection);
            inspection.add(AppFinding.of(
                    Severity.UNCHECKED,
                    Code.TEST_ROOM_NEEDED,
                    switch (depth) {
                        case READ_ONLY -> "Whether WeCom lets the app make a group chat shows with the first room.";
                        case WITH_TEST_ROOM ->
                            "No test room was made, as no program can dissolve a WeCom group chat. Whether WeCom lets the app"
                                    + " make one shows with the first room.";
                    },
                    null));
        }
        return inspection.findings();
    }

    private static void agent(App app, WeComCalls wecom, Inspection inspection) {
        String serviceId = Integer.toString(WeComCalls.credentials(app).serviceId());
        JsonNode agent = inspection
                .ask(() -> wecom.read(app, (api, access) -> api.agent(access, serviceId)), WeComCheck::meaning)
                .orElse(null);
        if (agent == null) {
            return;
        }
        inspection.add(
                agent.path("agentid").asString("").equals(serviceId)
                        ? AppFinding.ok(Code.SERVICE_ID_CONFIRMED, "The service id (agent id) is this app's.")
                        : AppFinding.of(
                                Severity.ERROR,
                                Code.SERVICE_ID_WRONG,
                                "WeCom calls the app by another agent id than the given service id.",
                                agentId()));
        inspection.add(
                agent.path("close").asInt(0) == 0
                        ? AppFinding.ok(Code.APP_ENABLED, "The app is enabled.")
                        : AppFinding.of(
                                Severity.ERROR,
                                Code.APP_DISABLED,
                                "The app is stopped.",
                                "Admin console, App Management (应用管理), the app: enable it."));
        boolean root = agent.path("allow_partys")
                .path("partyid")
                .valueStream()
                .anyMatch(department -> department.asInt(0) == ROOT_DEPARTMENT);
        inspection.add(
                root
                        ? AppFinding.ok(Code.RANGE_SUFFICIENT, "The app's visible range holds the root department.")
                        : AppFinding.of(
                                Severity.ERROR,
                                Code.RANGE_TOO_SMALL,
                                "The app's visible range does not hold the root department: WeCom will refuse it group chats.",
                                range()));
    }

    private static void owner(App app, WeComCalls wecom, Inspection inspection) {
        String owner = app.defaultOwner();
        if (owner == null) {
            return;
        }
        inspection
                .ask(() -> wecom.read(app, (api, access) -> api.user(access, owner)), why -> {
                    WeComCode code = WeComCode.of(why.code());
                    boolean ofThePerson = code != null
                            && (WeComCode.NOT_A_USER.contains(code) || WeComCode.NOT_VISIBLE.contains(code));
                    return ofThePerson
                            ? AppFinding.of(
                                    Severity.WARNING,
                                    Code.OWNER_NOT_USABLE,
                                    why,
                                    "Give the user id (账号) of somebody in Contacts (通讯录) as defaultOwner.")
                            : meaning(why);
                })
                .ifPresent(body -> inspection.add(
                        AppFinding.ok(Code.OWNER_FOUND, "The default owner is in the enterprise's contacts.")));
    }

    /** The second secret opens the contacts alone; no room needs it yet, so what is not its own fault is a warning. */
    private static void addressBook(App app, WeComCalls wecom, Inspection inspection) {
        Credentials.WeCom key = WeComCalls.credentials(app);
        App contacts = new App(
                app.tenantId(),
                app.platform(),
                app.revision(),
                app.endpoint(),
                null,
                new Credentials.WeCom(key.enterpriseId(), key.addressBookKey(), key.addressBookKey(), key.serviceId()));
        inspection
                .ask(
                        () -> wecom.call(contacts, (api, access) -> api.listUsers(access, new WeComBody.Page("", 1))),
                        WeComCheck::meaningForAddressBook)
                .ifPresent(body -> inspection.add(
                        AppFinding.ok(Code.ADDRESS_BOOK_KEY_ACCEPTED, "WeCom takes the address book key.")));
    }

    private static AppFinding meaningForAddressBook(Failure why) {
        boolean wrongKind = WeComCode.of(why.code()) == WeComCode.API_NOT_ALLOWED;
        if (wrongKind || why.kind() == Failure.Kind.KEY_REJECTED) {
            String words = wrongKind
                    ? "The address book key is the secret of something else than contacts sync."
                    : "WeCom refused the address book key.";
            return new AppFinding(
                    Severity.ERROR,
                    Code.ADDRESS_BOOK_KEY_REJECTED,
                    words,
                    "Admin console, Management Tools (管理工具), Contacts Sync (通讯录同步), Secret: copy it again.",
                    why.code(),
                    why.requestId());
        }
        AppFinding meant = meaning(why);
        String remedy = WeComCode.of(why.code()) == WeComCode.ADDRESS_NOT_ALLOWED
                ? "Admin console, Management Tools (管理工具), Contacts Sync (通讯录同步), Trusted IPs (企业可信IP): add our address;"
                        + " this list is its own."
                : meant.remedy();
        return new AppFinding(
                Severity.WARNING,
                meant.code(),
                "For the address book key: " + why.words(),
                remedy,
                why.code(),
                why.requestId());
    }

    private static AppFinding meaning(Failure why) {
        WeComCode code = WeComCode.of(why.code());
        return refusal(why, code == null ? null : ADVICE.get(code));
    }

    private static Advice key(String where) {
        return new Advice(Code.KEY_REJECTED, "Admin console, " + where);
    }

    private static String agentId() {
        return "Admin console, App Management (应用管理), the app, AgentId: give it as serviceId.";
    }

    private static String range() {
        return "Admin console, App Management (应用管理), the app, Visible range (可见范围): choose the whole enterprise.";
    }
}
