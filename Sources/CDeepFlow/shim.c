#include "df_event.h"
