/** DingTalk. Its words and codes stop here. */
@NullMarked
package io.warroom.platform.dingtalk;

import org.jspecify.annotations.NullMarked;
