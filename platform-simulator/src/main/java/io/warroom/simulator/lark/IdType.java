package io.warroom.simulator.lark;

import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import java.util.List;
import java.util.Optional;

/** How a call names people. A registered user id is the open_id; the two others are made of it, so that none passes for another. */
enum IdType {
    OPEN_ID("", 99992351),
    UNION_ID("on_", 99992363),
    USER_ID("emp_", 99992359);

    /** What this type's ids begin with. */
    private final String prefix;

    /** The code for an id of this type that does not exist. */
    final int unknown;

    IdType(String prefix, int unknown) {
        this.prefix = prefix;
        this.unknown = unknown;
    }

    /** Says whether the call's query names a type of people's ids, or none. */
    static boolean known(Call call) {
        return List.of("", "open_id", "union_id", "user_id").contains(named(call));
    }

    /** Gives the type that the call's query names, open_id when none. */
    static IdType of(Call call) {
        return switch (named(call)) {
            case "union_id" -> UNION_ID;
            case "user_id" -> USER_ID;
            default -> OPEN_ID;
        };
    }

    private static String named(Call call) {
        return call.query("user_id_type") + call.query("member_id_type");
    }

    /** Gives a person's id of the type. */
    static String write(IdType type, String openId) {
        return type.prefix + openId;
    }

    /** Gives who has the id, visible or not. */
    static Optional<Person> person(IdType type, Org org, String id) {
        String prefix = type.prefix;
        return id.startsWith(prefix) ? org.person(id.substring(prefix.length())) : Optional.empty();
    }
}
