package io.warroom.platform.lark;

import static io.warroom.platform.check.Inspection.refusal;

import io.warroom.platform.App;
import io.warroom.platform.AppCheck.Depth;
import io.warroom.platform.AppFinding;
import io.warroom.platform.AppFinding.Code;
import io.warroom.platform.AppFinding.Severity;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.check.Advice;
import io.warroom.platform.check.Inspection;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Lark's steps when an app is enabled: secret, state of the bot, our address, scopes, published version (bot/v3/info,
 * application/v6/scopes and applications/me); with a test room also creating, adding, posting and dissolving. The other cloud
 * is never asked whether the secret is its own: it would be told a secret that is not.
 */
final class LarkCheck {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration LIMIT_WITH_ROOM = Duration.ofSeconds(80);
    private static final String READ_APP = "application:application:self_manage";
    private static final String DELETE = "im:chat:delete";
    private static final String ROOM_NAME = "Warroom check";

    private static final String SCOPES_PAGE =
            "Developer console, the app, Permissions & Scopes: add it, then Version Management & Release: publish a version and"
                    + " have it approved.";
    private static final String CREDENTIALS_PAGE =
            "Developer console, the app, Credentials & Basic Info: copy App ID and App Secret again. If they are right, the app"
                    + " lives in the other cloud: choose the other region (FEISHU or LARK).";
    private static final String BOT_PAGE =
            "Developer console, the app, Add Features: add the bot, then publish a version and have it approved.";
    private static final String INSTALL_PAGE =
            "Admin console, Workplace, App Management, the app: install and enable it for the tenant.";

    /** What a war room calls, and the scopes of which any one opens it (chat/create, chat-members/create, message/create, batch_get_id). */
    private enum Need {
        CREATE(Severity.ERROR, "make rooms", "im:chat:create", "im:chat"),
        ADD(Severity.ERROR, "add people to rooms", "im:chat.members:write_only", "im:chat"),
        POST(Severity.ERROR, "post", "im:message:send_as_bot", "im:message", "im:message:send"),
        FIND(Severity.ERROR, "find people by mobile and e-mail", "contact:user.id:readonly"),
        LIST(
                Severity.WARNING,
                "find a room again whose creation was never answered",
                "im:chat:read",
                "im:chat",
                "im:chat:readonly",
                "im:chat.group_info:readonly"),
        READ_PEOPLE(
                Severity.WARNING,
                "see who is in a room already",
                "im:chat.members:read",
                "im:chat",
                "im:chat:readonly",
                "im:chat.group_info:readonly");

        private final Severity severity;
        private final String purpose;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<String> anyOf;

        Need(Severity severity, String purpose, String... anyOf) {
            this.severity = severity;
            this.purpose = purpose;
            this.anyOf = List.of(anyOf);
        }
    }

    private static final Map<LarkCode, Advice> ADVICE = new EnumMap<>(Map.of(
            LarkCode.KEY_WRONG, new Advice(Code.KEY_REJECTED, CREDENTIALS_PAGE),
            LarkCode.NOT_AUTHORISED, new Advice(Code.APP_DISABLED, INSTALL_PAGE),
            LarkCode.TOKEN_STALE, new Advice(Code.APP_DISABLED, INSTALL_PAGE),
            LarkCode.ADDRESS_NOT_ALLOWED,
                    new Advice(
                            Code.ADDRESS_NOT_ALLOWED,
                            "Developer console, the app, Security Settings, IP allow-list: add our public IPv4 address."),
            LarkCode.SCOPE_MISSING, new Advice(Code.PERMISSION_MISSING, SCOPES_PAGE),
            LarkCode.BOT_OFF, new Advice(Code.BOT_NOT_READY, BOT_PAGE),
            LarkCode.APP_NOT_FOUND, new Advice(Code.BOT_NOT_READY, BOT_PAGE),
            LarkCode.QUOTA_USED,
                    new Advice(
                            Code.QUOTA_EXHAUSTED,
                            "Admin console, Billing: upgrade the plan, then save the app's key here again; else calls come back"
                                    + " on the 1st.")));

    private final LarkCalls live;
    private final Clock clock;

    LarkCheck(LarkCalls live, Clock clock) {
        this.live = live;
        this.clock = clock;
    }

    List<AppFinding> check(App app, Depth depth) {
        boolean withRoom = depth == Depth.WITH_TEST_ROOM;
        Inspection inspection = new Inspection(clock, withRoom ? LIMIT_WITH_ROOM : LIMIT);
        LarkCalls lark = live.forCheck();
        if (!inspection.signIn(() -> lark.signIn(app), LarkCheck::meaning)) {
            return inspection.findings();
        }
        inspection.add(AppFinding.ok(Code.KEY_ACCEPTED, "Lark takes the app id and the app secret."));
        inspection
                .ask(() -> lark.read(app, LarkApi::bot), LarkCheck::meaning)
                .ifPresent(body -> inspection.add(
                        bot(body.path("bot").path("activate_status").asInt(-1))));
        Optional<JsonNode> listed = inspection.ask(() -> lark.read(app, LarkApi::scopes), LarkCheck::meaning);
        Set<String> granted = listed.map(LarkCheck::granted).orElse(Set.of());
        if (listed.isPresent()) {
            scopes(granted, inspection);
        }
        if (granted.contains(READ_APP)) {
            inspection
                    .ask(() -> lark.read(app, LarkApi::application), LarkCheck::meaning)
                    .ifPresent(body -> inspection.add(published(
                            body.path("data").path("app").path("status").asInt(-1))));
        }
        if (withRoom) {
            tryRoom(app, lark, granted, inspection);
        }
        return inspection.findings();
    }

    /** bot/v3/info, activate_status. */
    private static AppFinding bot(int status) {
        return switch (status) {
            case 2 -> AppFinding.ok(Code.BOT_READY, "The bot is installed and enabled.");
            case 0 -> botError("The app is not installed in the tenant.", INSTALL_PAGE);
            case 1 -> botError("The app is disabled in the tenant.", INSTALL_PAGE);
            case 3 -> botError("The app is installed, but not enabled.", INSTALL_PAGE);
            case 4 ->
                AppFinding.of(
                        Severity.WARNING,
                        Code.BOT_NOT_READY,
                        "An upgrade of the app waits for the tenant's administrator.",
                        "Admin console, Workplace, App Management, App Review: approve the new version.");
            case 5 -> botError("The app's licence has expired.", "Admin console, Billing: renew it.");
            case 6 -> botError("The tenant's plan has lapsed.", "Admin console, Billing: renew it.");
            default ->
                AppFinding.of(
                        Severity.WARNING,
                        Code.BOT_NOT_READY,
                        "Lark gives a state of the bot that its documentation does not list: " + status + ".",
                        null);
        };
    }

    private static AppFinding botError(String words, String remedy) {
        return AppFinding.of(Severity.ERROR, Code.BOT_NOT_READY, words, remedy);
    }

    private static AppFinding published(int status) {
        return status == 1
                ? AppFinding.ok(Code.APP_ENABLED, "The app is enabled.")
                : AppFinding.of(
                        Severity.WARNING, Code.APP_DISABLED, "The app's state is not \"enabled\".", INSTALL_PAGE);
    }

    private static Set<String> granted(JsonNode body) {
        return body.path("data")
                .path("scopes")
                .valueStream()
                .filter(scope -> scope.path("grant_status").asInt(0) == 1)
                .map(scope -> scope.path("scope_name").asString(""))
                .collect(Collectors.toSet());
    }

    private static void scopes(Set<String> granted, Inspection inspection) {
        boolean whole = true;
        for (Need need : Need.values()) {
            if (need.anyOf.stream().anyMatch(granted::contains)) {
                continue;
            }
            whole &= need.severity != Severity.ERROR;
            inspection.add(AppFinding.of(
                    need.severity,
                    Code.PERMISSION_MISSING,
                    "The app may not " + need.purpose + ": it has none of the scopes " + String.join(", ", need.anyOf)
                            + ".",
                    "Scope " + need.anyOf.getFirst() + ". " + SCOPES_PAGE));
        }
        if (whole) {
            inspection.add(AppFinding.ok(Code.PERMISSIONS_GRANTED, "The app has the scopes that war rooms need."));
        }
    }

    private void tryRoom(App app, LarkCalls lark, Set<String> granted, Inspection inspection) {
        if (!granted.contains(DELETE) && !granted.contains("im:chat")) {
            inspection.add(AppFinding.of(
                    Severity.UNCHECKED,
                    Code.TEST_ROOM_NEEDED,
                    "No test room was made, as the app may not dissolve it: it lacks the scope " + DELETE + ".",
                    "Scope " + DELETE + ". " + SCOPES_PAGE));
            return;
        }
        String key = "check" + Long.toString(clock.millis(), 36);
        var chat = new LarkBody.NewChat(ROOM_NAME, "A check by Warroom; it is dissolved at once.");
        Supplier<Outcome<JsonNode>> create = () -> lark.call(app, (api, access) -> api.createChat(access, key, chat));
        Optional<JsonNode> created = inspection.makeRoom(ROOM_NAME, create, LarkCheck::meaning);
        if (created.isEmpty()) {
            return;
        }
        String id = created.get().path("data").path("chat_id").asString("");
        boolean ownerAsked = addOwner(app, lark, id, inspection);
        var message = new LarkBody.Message(
                id, "text", lark.write(Map.of("text", "A check by Warroom; nothing is to be done.")), key);
        boolean posted = inspection
                .ask(() -> lark.call(app, (api, access) -> api.send(access, message)), LarkCheck::meaning)
                .isPresent();
        dissolve(app, lark, id, ownerAsked && posted, inspection);
    }

    private static boolean addOwner(App app, LarkCalls lark, String roomId, Inspection inspection) {
        String owner = app.defaultOwner();
        if (owner == null) {
            return true;
        }
        Optional<JsonNode> added = inspection.ask(
                () -> lark.call(
                        app, (api, access) -> api.addPeople(access, roomId, new LarkBody.People(List.of(owner)))),
                why -> LarkCode.person(why.code()) == null ? meaning(why) : owner(why, why.words()));
        added.ifPresent(body -> {
            JsonNode lists = body.path("data");
            boolean absent = lists.path("invalid_id_list").size()
                            + lists.path("not_existed_id_list").size()
                            + lists.path("pending_approval_id_list").size()
                    > 0;
            inspection.add(
                    absent
                            ? owner(null, "The default owner could not be added to the test room.")
                            : AppFinding.ok(Code.OWNER_FOUND, "The default owner was added to the test room."));
        });
        return added.isPresent();
    }

    private static AppFinding owner(@Nullable Failure why, String words) {
        return new AppFinding(
                Severity.WARNING,
                Code.OWNER_NOT_USABLE,
                words,
                "Give the open_id of somebody inside the app's availability range as defaultOwner; an open_id is another one in"
                        + " every app.",
                why == null ? null : why.code(),
                why == null ? null : why.requestId());
    }

    /** Whatever went before, the room is not left if that can be helped. */
    private static void dissolve(App app, LarkCalls lark, String roomId, boolean used, Inspection inspection) {
        Outcome<JsonNode> gone = lark.call(app, (api, access) -> api.dissolve(access, roomId));
        if (!(gone instanceof Outcome.Done<JsonNode>)) {
            inspection.add(AppFinding.of(
                    Severity.WARNING,
                    Code.TEST_ROOM_LEFT,
                    "The test room \"" + ROOM_NAME + "\" (" + roomId + ") could not be dissolved.",
                    "Dissolve it by hand, or leave it: nobody but the bot and the default owner is in it."));
        } else if (used) {
            inspection.add(
                    AppFinding.ok(Code.TEST_ROOM_OPENED, "A test room was made, written into and dissolved again."));
        }
    }

    private static AppFinding meaning(Failure why) {
        LarkCode code = LarkCode.of(why.code());
        return refusal(why, code == null ? null : ADVICE.get(code));
    }
}
