package io.warroom.simulator.witness;

/** Somebody in an organisation; {@code visible} says whether the app's visible range holds the person, {@code resigned} whether the person left. */
public record Person(String userId, String name, String mobile, String email, boolean visible, boolean resigned) {
    /** Gives a mobile number without the mainland prefix. */
    static String national(String number) {
        return number.startsWith("+86") ? number.substring(3) : number;
    }
}
