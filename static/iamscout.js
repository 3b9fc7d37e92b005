"use strict";
// theme and tables come below
