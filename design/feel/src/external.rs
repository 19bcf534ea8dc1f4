//! Functions outside of FEEL (DMN 1.5, 10.3.2.13.3). Nothing outside is ever loaded or called: the few Java functions that
//! models are known to use stand here in a table, by class and signature.

use std::sync::Arc;

use crate::{decimal::Decimal, function::Function, problem::Span, run::WarningKind, value::Value};

/// What a function makes of its arguments; `None` where they are not what its signature asks for.
type Body = fn(&[Value]) -> Option<Value>;

/// Class, signature without blanks, body.
const JAVA: [(&str, &str, Body); 12] = [
    ("java.lang.Math", "cos(double)", |args| double(args, 0).and_then(|x| number(x.cos()))),
    ("java.lang.Math", "max(double,double)", |args| number(double(args, 0)?.max(double(args, 1)?))),
    ("java.lang.Math", "max(float,float)", |args| float(single(args, 0)?.max(single(args, 1)?))),
    ("java.lang.Math", "max(int,int)", |args| {
        Some(whole(integer::<i32>(args, 0)?.max(integer::<i32>(args, 1)?)))
    }),
    ("java.lang.Math", "max(long,long)", |args| {
        Some(whole(integer::<i64>(args, 0)?.max(integer::<i64>(args, 1)?)))
    }),
    ("java.lang.Byte", "valueOf(byte)", |args| Some(whole(integer::<i8>(args, 0)?))),
    ("java.lang.Short", "valueOf(short)", |args| Some(whole(integer::<i16>(args, 0)?))),
    ("java.lang.Integer", "valueOf(java.lang.String)", |args| {
        Some(whole(text(args, 0)?.parse::<i32>().ok()?))
    }),
    ("java.lang.Float", "valueOf(java.lang.String)", |args| {
        float(text(args, 0)?.trim().parse().ok()?)
    }),
    ("java.lang.Double", "valueOf(java.lang.String)", |args| {
        number(text(args, 0)?.trim().parse().ok()?)
    }),
    ("java.lang.String", "valueOf(char)", |args| {
        let text = text(args, 0)?;
        (text.chars().count() == 1).then(|| Value::string(text))
    }),
    ("java.lang.String", "format(java.lang.String,[Ljava.lang.Object;)", formatted),
];

/// The Java function of that class and signature.
///
/// # Errors
/// What is wrong, and what there is instead.
pub(crate) fn java(
    class: &str,
    signature: &str,
    parameters: Vec<Arc<str>>,
) -> Result<Function, String> {
    let bare: String = signature.split_whitespace().collect();
    let found = JAVA.iter().find(|(own, signature, _)| *own == class && *signature == bare);
    let Some((_, signature, body)) = found else {
        let of_class: Vec<&str> =
            JAVA.iter().filter(|(own, ..)| *own == class).map(|(_, own, _)| *own).collect();
        let known = if of_class.is_empty() {
            "no function of this class is".to_owned()
        } else {
            format!("of this class only {} are", of_class.join(" and "))
        };
        return Err(format!(
            "`{class}.{bare}` cannot be called: {known} built in; write it in FEEL"
        ));
    };
    Ok(Function::native(parameters, move |arguments, run| {
        body(arguments).unwrap_or_else(|| {
            run.warn(WarningKind::FunctionFailure, Span::default(), || {
                format!("the arguments do not fit `{signature}`")
            });
            Value::Null
        })
    }))
}

fn text(arguments: &[Value], index: usize) -> Option<&str> {
    arguments.get(index)?.as_str()
}

fn double(arguments: &[Value], index: usize) -> Option<f64> {
    arguments.get(index)?.as_number().map(Decimal::to_f64)
}

fn single(arguments: &[Value], index: usize) -> Option<f32> {
    arguments.get(index)?.as_number()?.to_string().parse().ok()
}

fn integer<T: TryFrom<i64>>(arguments: &[Value], index: usize) -> Option<T> {
    T::try_from(arguments.get(index)?.as_number()?.to_i64()?).ok()
}

fn number(value: f64) -> Option<Value> {
    Decimal::from_f64(value).map(Value::Number)
}

/// The shortest decimal that is this float and no other, as Java prints it.
fn float(value: f32) -> Option<Value> {
    value.to_string().parse().ok().map(Value::Number)
}

fn whole(value: impl Into<i64>) -> Value {
    Value::number(value.into())
}

/// `String.format` with `%s` and `%%` only.
fn formatted(arguments: &[Value]) -> Option<Value> {
    let (pattern, rest) = arguments.split_first()?;
    let mut rest = rest.iter();
    let mut result = String::new();
    let mut chars = pattern.as_str()?.chars();
    while let Some(char) = chars.next() {
        match char {
            '%' => match chars.next()? {
                '%' => result.push('%'),
                's' => match rest.next()? {
                    Value::String(text) => result.push_str(text),
                    other => result.push_str(&other.to_string()),
                },
                _ => return None,
            },
            other => result.push(other),
        }
    }
    Some(result.into())
}

#[cfg(test)]
mod tests {
    use crate::{Options, Run, Timestamp, compile};

    fn check(call: &str, signature: &str, expect: &str) {
        let (class, method) = signature.rsplit_once('#').unwrap();
        let parameters = if call.contains(',') { "a, b" } else { "a" };
        let source = format!(
            "(function({parameters}) external {{java: {{class: \"{class}\", method signature: \"{method}\"}}}}){call}"
        );
        let found = match compile(&source, &Options::default()) {
            Ok(expression) => expression.evaluate(&[], &mut Run::new(Timestamp(0))).to_string(),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expect), "{source}: {found}");
    }

    #[test]
    fn known_functions_of_java_are_answered_by_the_table() {
        check("(1.5, 2)", "java.lang.Math#max(double, double)", "2");
        check("(1.5, 2.25)", "java.lang.Math#max(float,float)", "2.25");
        check("(1.5, 2)", "java.lang.Math#max(int,int)", "null");
        check("(200)", "java.lang.Byte#valueOf(byte)", "null");
        check("(\"12\")", "java.lang.Integer#valueOf(java.lang.String)", "12");
        check("(\"ab\")", "java.lang.String#valueOf(char)", "null");
        check(
            "(\"%s %%\", 5)",
            "java.lang.String#format(java.lang.String, [Ljava.lang.Object;)",
            "\"5 %\"",
        );
    }

    #[test]
    fn other_functions_are_refused_with_a_reason() {
        check("(1)", "java.lang.Math#foo(double)", "of this class only cos(double) and max");
        check("(1)", "java.lang.Runtime#exec(java.lang.String)", "no function of this class is");
    }
}
