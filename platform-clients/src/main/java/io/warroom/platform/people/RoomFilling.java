package io.warroom.platform.people;

import io.warroom.platform.Admission;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Outcome;
import io.warroom.platform.RoomUser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Adds as many people as a room takes. An organisation's own limit may be smaller than the documented one and no call names it:
 * after a refusal half as many are tried, so that a limit costs a handful of calls. The others are missing as ROOM_FULL.
 */
public final class RoomFilling {

    private RoomFilling() {}

    /**
     * Adds the people in order.
     *
     * @param aCall how many may be added at once
     * @param isFull tells whether a refusal means that the room does not take as many
     * @param add adds some of them
     */
    public static Outcome<Admission> fill(
            List<RoomUser> users,
            int aCall,
            Predicate<Failure> isFull,
            Function<List<RoomUser>, Outcome<Admission>> add) {
        List<RoomUser> admitted = new ArrayList<>();
        List<Missing> missing = new ArrayList<>();
        String detail = "";
        int next = 0;
        int size = aCall;
        // The most that can still fit; known after the first refusal.
        int space = Integer.MAX_VALUE;
        while (next < users.size() && space > 0) {
            List<RoomUser> some = users.subList(next, Math.min(users.size(), next + Math.min(size, space)));
            Outcome<Admission> added = add.apply(some);
            if (added instanceof Outcome.Refused<Admission>(var why) && isFull.test(why)) {
                detail = why.words();
                space = some.size() - 1;
            } else if (added instanceof Outcome.Done<Admission>(var admission)) {
                admitted.addAll(admission.admitted());
                missing.addAll(admission.missing());
                next += some.size();
                space = space == Integer.MAX_VALUE
                        ? space
                        : space - admission.admitted().size();
            } else {
                return added;
            }
            size = space == Integer.MAX_VALUE ? aCall : Math.min(aCall, (space + 1) / 2);
        }
        for (RoomUser user : users.subList(next, users.size())) {
            missing.add(new Missing(user.person(), Missing.Reason.ROOM_FULL, detail));
        }
        return new Outcome.Done<>(new Admission(admitted, missing));
    }
}
