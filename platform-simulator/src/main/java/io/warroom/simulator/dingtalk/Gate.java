package io.warroom.simulator.dingtalk;

import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.time.Duration;

/** What stands before every call: the permission it needs, and the limits of the standard edition. */
final class Gate {
    /** What the limits say to a call. */
    enum Way {
        FREE,
        ADDRESS_BANNED,
        TOO_FAST,
        MONTH_USED_UP
    }

    private static final int A_SECOND = 20;
    private static final int AN_ADDRESS = 10_000;
    private static final String BANNED = "dingtalk bans ";
    private static final Duration BAN = Duration.ofMinutes(5);

    private final World world;

    Gate(World world) {
        this.world = world;
    }

    static String permission(String endpoint) {
        return switch (endpoint) {
            case "topapi/v2/user/getbymobile" -> "qyapi_get_member_by_mobile";
            case "topapi/v2/user/get" -> "qyapi_get_member";
            case "topapi/im/chat/scenegroup/get" -> "qyapi_chat_read";
            case "auth/scopes" -> "qyapi_base";
            case "v1.0/microApp/allInnerApps" -> "qyapi_get_microapp_list";
            case "v1.0/robot/groupMessages/send",
                    "v1.0/robot/groupMessages/recall",
                    "v1.0/robot/groups/robots/query",
                    "v1.0/robot/oToMessages/batchSend" -> "qyapi_robot_sendmsg";
            case "topapi/user/getbyunionid" -> "qyapi_get_member";
            case "v1.0/contact/users/me" -> "Contact.User.Read";
            case "v1.0/contact/users/search" -> "qyapi_addresslist_search";
            case "v1.0/microApp/apps/:agentId/scopes" -> "qyapi_microapp_manage";
            case "v1.0/card/instances/createAndDeliver", "v1.0/card/instances" -> "Card.Instance.Write";
            case "topapi/message/corpconversation/asyncsend_v2",
                    "topapi/message/corpconversation/getsendresult",
                    "topapi/message/corpconversation/getsendprogress",
                    "topapi/message/corpconversation/recall" -> "qyapi_base";
            default -> "qyapi_chat_manage";
        };
    }

    /** Throttled calls and calls about contacts are not counted against the month. */
    Way take(Org org, Call call) {
        String endpoint = call.endpoint();
        if (!org.switches.limits()) {
            return Way.FREE;
        }
        if (world.addresses.isBlocked(world.now(), BANNED + call.from(), BAN)) {
            return Way.ADDRESS_BANNED;
        }
        if (!world.addresses
                .take(world.now(), "dingtalk " + call.from(), 1, AN_ADDRESS, Duration.ofSeconds(20))
                .isZero()) {
            world.addresses.block(world.now(), BANNED + call.from(), BAN);
            return Way.ADDRESS_BANNED;
        }
        if (!org.meter
                .take(world.now(), endpoint, 1, A_SECOND, Duration.ofSeconds(1))
                .isZero()) {
            return Way.TOO_FAST;
        }
        boolean contacts = endpoint.startsWith("topapi/v2/user/")
                || endpoint.startsWith("topapi/user/")
                || endpoint.startsWith("v1.0/contact/");
        return contacts || org.meter.takeThisMonth(world.now(), "calls", org.number(Unsettled.CALLS_A_MONTH))
                ? Way.FREE
                : Way.MONTH_USED_UP;
    }
}
