/** Lark and Feishu. Their words and codes stop here. */
@NullMarked
package io.warroom.platform.lark;

import org.jspecify.annotations.NullMarked;
