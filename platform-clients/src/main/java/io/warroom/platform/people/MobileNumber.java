package io.warroom.platform.people;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How platforms write a mobile number. */
public final class MobileNumber {

    private static final Pattern MAINLAND = Pattern.compile("\\+86(1[0-9]{10})");
    /** Country codes of one and of two digits; all others have three (ITU-T E.164). */
    private static final Pattern COUNTRY = Pattern.compile(
            "(\\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2}))([0-9]{4,})");

    private MobileNumber() {}

    /** Without the country's code when it is a mainland number, else as it is. */
    public static String national(String mobile) {
        Matcher mainland = MAINLAND.matcher(mobile);
        return mainland.matches() ? mainland.group(1) : mobile;
    }

    /** The forms under which it may be stored, the likeliest first: {@code +852-91230001} before {@code +85291230001}. */
    public static List<String> hyphenatedThenPlain(String mobile) {
        String national = national(mobile);
        Matcher country = COUNTRY.matcher(national);
        return country.matches() ? List.of(country.group(1) + "-" + country.group(2), national) : List.of(national);
    }

    /** The same for both spellings of one number. */
    public static String normal(String mobile) {
        return national(mobile.replaceAll("[\\s()-]", ""));
    }
}
