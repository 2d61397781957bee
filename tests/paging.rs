//! Lists that are read page by page are the same lists.

use arsenal::Class;
use serde_json::{Value, json};

use crate::process_ops::house::House;

/// All items, read in pages of this size.
async fn pages(house: &House, name: &str, mut params: Value, size: usize) -> Vec<Value> {
    params["page_size"] = size.into();
    let mut all = Vec::new();
    loop {
        let page = house.ask(name, params.clone()).await;
        let items = page["items"].as_array().expect("a list has items");
        all.extend(items.iter().cloned());
        let Some(next) = page.get("next_page_token") else { return all };
        assert_eq!(items.len(), size, "{name}: only the last page is short");
        params["page_token"] = next.clone();
    }
}

async fn house() -> House {
    let house = House::build().await;
    let children = |n: u32| -> Vec<Value> {
        (0..n).map(|n| json!({"id": format!("c{n}"), "entry_point": "idle"})).collect()
    };
    for n in 0..7 {
        let name = format!("shop{n}");
        let shop = json!({"id": name, "name": name, "children": children(n)});
        house.ask("start_supervisor", shop).await;
    }
    house
}

#[tokio::test(start_paused = true)]
async fn each_item_is_on_one_page_and_in_its_place() {
    let house = house().await;
    let cases = [
        ("list_supervisors", json!({}), None),
        ("list_supervisors", json!({"name_prefix": "shop"}), Some(7)),
        ("which_children", json!({"process": "shop6"}), Some(6)),
        ("which_children", json!({"process": "shop0"}), Some(0)),
    ];
    for (name, params, n) in cases {
        let whole = pages(&house, name, params.clone(), 1000).await;
        assert_eq!(n.unwrap_or(whole.len()), whole.len(), "{name} {params}");
        for size in [1, 3, 6, 7] {
            let read = pages(&house, name, params.clone(), size).await;
            assert_eq!(read, whole, "{name} {params} by {size}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_oldest_supervisors_come_first_and_a_new_one_shifts_no_page() {
    let house = house().await;
    let shops = json!({"name_prefix": "shop", "page_size": 4});
    let first = house.ask("list_supervisors", shops.clone()).await;
    house.ask("stop_supervisor", json!({"process": "shop0"})).await;
    house.ask("start_supervisor", json!({"id": "shop7", "name": "shop7"})).await;
    let mut rest = shops;
    rest["page_token"] = first["next_page_token"].clone();
    let rest = house.ask("list_supervisors", rest).await;
    let names: Vec<_> = [&first, &rest]
        .into_iter()
        .flat_map(|page| page["items"].as_array().expect("a list has items"))
        .map(|row| row["name"].as_str().expect("it has a name"))
        .collect();
    let expected: Vec<_> = (0..8).map(|n| format!("shop{n}")).collect();
    assert_eq!(names, expected);
}

#[tokio::test(start_paused = true)]
async fn a_page_token_is_good_for_its_own_list_only() {
    let house = house().await;
    let page = json!({"name_prefix": "shop", "page_size": 1});
    let token = house.ask("list_supervisors", page).await["next_page_token"].clone();
    let cases = [
        ("list_supervisors", json!({"name_prefix": "shop1", "page_token": token})),
        ("which_children", json!({"process": "shop6", "page_token": token})),
        ("list_supervisors", json!({"page_token": "3c302e302e303e.00"})),
    ];
    for (name, params) in cases {
        let (class, code, _error) = house.refusal(name, params.clone()).await;
        assert_eq!(
            (class, code.as_str()),
            (Class::Validation, "INVALID_PARAMS"),
            "{name} {params}"
        );
    }
}
