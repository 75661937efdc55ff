// SPDX-License-Identifier: MIT
// What help() says about an indicator: the first lines are the signature that Python reads.

#include <cmath>
#include <utility>

#include "indicator_plan.hpp"

namespace pyhft::bindings {
namespace {

using kernels::parameter;

std::string number(double value, bool is_real) {
  if (!is_real) return std::to_string(static_cast<std::int64_t>(value));
  std::string text = std::to_string(value);
  while (text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
  return text;
}

bool is_shown(const indicator_plan& plan, const parameter& one) {
  if (one.what == parameter::kind::seed || one.what == parameter::kind::seed_value) return false;
  return plan.native || !one.talib_name.empty();
}

bool has_seed(const indicator_plan& plan) {
  for (const auto& one : plan.what->parameters)
    if (plan.native && one.what == parameter::kind::seed) return true;
  return false;
}

std::string limits_text(const indicator_plan& plan, const parameter& one) {
  const bool is_real = one.what == parameter::kind::real;
  const bool wide = plan.native && one.what == parameter::kind::period;
  if (is_real && one.most > 1e30) return "";
  return ", " + number(one.least, is_real) + " to " +
         number(wide ? static_cast<double>(kernels::max_period) : one.most, is_real);
}

void section(std::string& text, const char* title) {
  text += std::string("\n") + title + "\n" + std::string(std::char_traits<char>::length(title), '-') + "\n";
}

std::string sentence(std::string_view text) {
  std::string result(text);
  if (!result.empty() && !result.ends_with('.')) result += '.';
  return result;
}

}  // namespace

std::string inputs_of(const indicator_plan& plan) {
  std::string names;
  for (const auto& one : plan.what->inputs)
    names += (names.empty() ? "" : ", ") + std::string(plan.native ? one.name : one.talib_name);
  return names;
}

std::string signature_of(const indicator_plan& plan) {
  std::string text = plan.name + "(" + inputs_of(plan);
  for (const auto& one : plan.what->parameters) {
    if (!is_shown(plan, one)) continue;
    text += ", " + std::string(plan.native ? one.name : one.talib_name);
    if (!plan.native || !one.required) text += "=" + number(one.fallback, one.what == parameter::kind::real);
  }
  if (plan.native) text += ", *, out=None, nan='propagate', exact=False, threads=1";
  if (has_seed(plan)) text += ", seed='sma'";
  return text + ")";
}

std::string help_of(const indicator_plan& plan) {
  const auto& what = *plan.what;
  std::string text = signature_of(plan) + "\n--\n\n";
  // Python keeps that line for itself; programs for TA-Lib read the parameters from the first line of __doc__.
  if (!plan.native) text += signature_of(plan) + "\n\n";
  text += sentence(what.title) + "\n";
  section(text, "Parameters");
  const std::string inputs = inputs_of(plan);
  if (plan.native)
    text += inputs +
            " : array_like, shape (T,) or (T, S), float64, float32 or integer\n"
            "    Oldest first; axis 0 is time, a column is a series. float32 stays float32 and is computed in double;\n"
            "    integers become float64. A series or table of pandas, polars or pyarrow comes back as one.\n";
  else
    text += inputs +
            " : ndarray of float64, shape (T,)\n"
            "    Oldest first. A pandas or polars Series comes back as one.\n";
  for (const auto& one : what.parameters) {
    if (!is_shown(plan, one)) continue;
    const char* kind = one.what == parameter::kind::real      ? "float"
                       : one.what == parameter::kind::average ? (plan.native ? "str or int" : "int")
                                                              : "int";
    text += std::string(plan.native ? one.name : one.talib_name) + " : " + kind;
    if (!plan.native || !one.required) text += ", default " + number(one.fallback, one.what == parameter::kind::real);
    text += "\n    ";
    std::string help(one.help);
    if (!help.empty()) help[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(help[0])));
    text += (help.empty() ? "A value" : help) + limits_text(plan, one) + ".\n";
  }
  if (plan.native)
    text +=
        "out : ndarray or tuple of ndarrays, optional\n"
        "    Where to put the result: the inputs' shape, the result's dtype, writable, sharing no memory.\n"
        "nan : 'propagate', 'skip' or 'raise'\n"
        "    What a NaN does (leading ones are skipped, but for 'raise'): as Notes say; left out and given back as "
        "NaN; an error.\n"
        "exact : bool\n"
        "    Compute one bar after the other, as ph.stream does: the bits of TA-Lib 0.8.\n"
        "threads : int\n"
        "    Threads that the series of a table are divided between, 1 to 1024.\n";
  if (has_seed(plan))
    text +=
        "seed : 'sma', 'first' or float\n"
        "    What the average starts from. 'sma' (TA-Lib's rule): the mean of the first bars. 'first': the first bar, "
        "at\n"
        "    bar 0. A number: the average before the first bar.\n";
  section(text, "Returns");
  const bool several = what.outputs.size() > 1;
  if (several) {
    std::string names;
    for (const auto& one : what.outputs)
      names += (names.empty() ? "" : ", ") + std::string(plan.native ? one.name : one.talib_name);
    text += std::string(plan.native ? "Named tuple" : "tuple") + " (" + names + ") of ndarrays\n";
  } else {
    text += "ndarray\n";
  }
  section(text, "Raises");
  if (plan.native)
    text +=
        "ArgumentError\n    If a parameter is out of range, shapes differ, or out has another shape, is read-only or "
        "shares\n"
        "    memory.\n"
        "ArgumentTypeError\n    If an argument has a type or dtype that isn't named above.\n";
  else
    text +=
        "ArgumentError\n    If a parameter is out of range or lengths differ.\n"
        "ArgumentTypeError\n    If an input is no one-dimensional array of float64.\n";
  section(text, "Notes");
  const std::pair<const char*, std::string_view> notes[] = {
      {"Formula", what.text.formula}, {"Seeding", what.text.seeding},   {"Warm-up", what.text.warm_up},
      {"NaN", what.text.nan},         {"Accuracy", what.text.accuracy}, {"Source", what.text.source}};
  for (const auto& [title, note] : notes)
    if (!note.empty()) text += std::string(title) + ": " + sentence(note) + "\n";
  if (plan.native && !what.text.example.empty()) {
    section(text, "Examples");
    text += what.text.example;
  }
  return text;
}

}  // namespace pyhft::bindings
