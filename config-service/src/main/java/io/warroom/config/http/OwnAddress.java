package io.warroom.config.http;

import java.util.regex.Pattern;

/** A page of ours that a browser may be led to by what came from outside. */
public final class OwnAddress {

    /** Where the pages begin. */
    public static final String HOME = "/console";

    private static final Pattern PAGE = Pattern.compile("/(console|login)([/?][\\x21-\\x7e&&[^\\\\]]*)?");

    private OwnAddress() {}

    /** Whether it is an address of ours: a path and perhaps a query, as a browser sends them. */
    public static boolean isOne(String address) {
        return PAGE.matcher(address).matches() && !address.contains("//");
    }

    /** The address, or {@link #HOME} for whatever is none of ours. */
    public static String orHome(String address) {
        return isOne(address) ? address : HOME;
    }
}
